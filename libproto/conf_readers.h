/*
 * conf_readers.h - the readers that the table of keys names; conf_values.c
 * has them.  SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_CONF_READERS_H
#define REMOTEBOOT_CONF_READERS_H

#include "conf_keys.h"

/* scalars; min and max of the key are obeyed */
conf_reader read_bool, read_u8, read_u16, read_u32, read_size16, read_seconds,
    read_seconds8, read_ms, read_port_order;
/* addresses */
conf_reader read_ip4, read_multicast, read_addr;
/* text */
conf_reader read_text, read_boot_file, read_mtftp_file, read_path, read_user,
    read_interface, read_hostname, read_client_id;
/* lists */
conf_reader read_interfaces, read_texts, read_archs, read_pool, read_chaddrs,
    read_yiaddrs, read_peers, read_uuids, read_chaddr_prefixes,
    read_byte_strings, read_networks, read_servers;
/* tftpd's: conf_tftp.c */
conf_reader read_listens, read_family, read_nets, read_bytes64, read_file_mode,
    read_tftp_options;
/* rewriting rules: conf_map.c */
conf_reader read_map_rule;
/* what tftpd serves */
conf_reader read_below, read_folders, read_digests;
/* conf_named.c */
conf_reader read_clients;
/* conf_tftp_client.c */
conf_reader read_port_range, read_rollover;
/* menus: conf_menu.c */
conf_reader read_menu_name, read_menu_timeout, read_discovery;

#endif
