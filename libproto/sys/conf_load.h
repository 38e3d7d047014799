/*
 * conf_load.h - remoteboot.conf from a file.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_CONF_LOAD_H
#define REMOTEBOOT_SYS_CONF_LOAD_H

#include "conf.h"

/*
 * Parse the file; NULL when it cannot be read (one error() line that says
 * why) or has errors.
 */
struct conf *conf_load(const char *path, conf_error_fn *error, void *arg);
/*
 * The same with more lines behind it, from more(more_arg, ...); more() with
 * NULL begins anew.  path NULL: nothing but them.
 */
struct conf *conf_load_more(const char *path, conf_read_fn *more,
    void *more_arg, conf_error_fn *error, void *arg);

#endif
