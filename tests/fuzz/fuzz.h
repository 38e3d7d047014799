/* fuzz.h - what libFuzzer and main.c call.  SPDX-License-Identifier: ISC */
#ifndef REMOTEBOOT_FUZZ_H
#define REMOTEBOOT_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
