/*
 * conf_find.c - a word of remoteboot.conf in the tables of conf_keys.c, and
 * what a word that is not there was meant to be.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "conf_keys.h"
#include "value.h"

/* Words of other servers, for "did you mean". */
static const char *const foreign[][2] = {
    {"filename", "file"},
    {"boot_file", "file"},
    {"bootfile", "file"},
    {"server_name", "sname"},
    {"siaddr", "next_server"},
    {"server_identifier", "server_id"},
    {"default_lease_time", "lease_time"},
    {"hardware", "chaddr"},
    {"hardware_ethernet", "chaddr"},
    {"mac", "chaddr"},
    {"hw_address", "chaddr"},
    {"fixed_address", "yiaddr"},
    {"ip_address", "yiaddr"},
    {"address", "yiaddr"},
    {"host_name", "hostname"},
    {"dhcp_client_identifier", "client_id"},
    {"range", "pool"},
    {"dynamic_bootp", "bootp_pool"},
    {"shared", "shared_network"},
    {"match", "vendor_class"},
    {"hardware_prefix", "chaddr"},
    {"mac_prefix", "chaddr"},
    {"guid", "uuid"},
    {"architecture", "arch"},
    {"mtftp_port", "mtftp_sport"},
    {"blocksize", "blksize"},
    {"root", "tftp_root"},
};

const struct conf_key *
conf_key_find(enum conf_section s, const char *name)
{
	for (size_t i = 0; i < conf_nkeys; i++)
		if ((conf_keys[i].in & CONF_IN(s)) &&
		    strcmp(conf_keys[i].name, name) == 0)
			return &conf_keys[i];
	return NULL;
}

const char *
conf_key_near(enum conf_section s, const char *name)
{
	unsigned int best = (unsigned int)strlen(name) / 3 + 1;
	const char *near = NULL;

	for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
		if (value_same(foreign[i][0], name) &&
		    conf_key_find(s, foreign[i][1]))
			return foreign[i][1];
	for (size_t i = 0; i < conf_nkeys; i++) {
		unsigned int d;

		if (!(conf_keys[i].in & CONF_IN(s)))
			continue;
		d = value_distance(conf_keys[i].name, name);
		if (d < best) {
			best = d;
			near = conf_keys[i].name;
		}
	}
	return near;
}

unsigned int
conf_key_sections(const char *name)
{
	unsigned int set = 0;

	for (size_t i = 0; i < conf_nkeys; i++)
		if (strcmp(conf_keys[i].name, name) == 0)
			set |= conf_keys[i].in;
	return set;
}

const char *
conf_section_near(const char *name)
{
	unsigned int best = 3;
	const char *near = NULL;

	for (size_t i = CONF_S_GLOBAL; i < CONF_SECTIONS; i++) {
		unsigned int d = value_distance(conf_sections[i].name, name);

		if (d < best) {
			best = d;
			near = conf_sections[i].name;
		}
	}
	return near;
}
