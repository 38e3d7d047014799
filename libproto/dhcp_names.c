/*
 * dhcp_names.c - the tables of DHCP options and of architectures; see
 * dhcp_names.h.
 *
 * Sources: RFC 2132 and the RFCs named, IANA's registry "BOOTP and DHCP
 * parameters", the names of ISC's dhcp-options(5).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "addr.h"
#include "dhcp_names.h"
#include "value.h"

#define NO(code_, name_, also_, use_)                     \
	{                                                 \
		code_, DHCP_V_REFUSED, name_, also_, use_ \
	}

/* clang-format off */
static const struct dhcp_name names[] = {
NO(0, "pad", NULL, "dhcpd pads by itself"),
{1, DHCP_V_IP, "subnet-mask", NULL, NULL},
{2, DHCP_V_S32, "time-offset", NULL, NULL},
{3, DHCP_V_IPS, "routers", "router", NULL},
{4, DHCP_V_IPS, "time-servers", "time-server", NULL},
{5, DHCP_V_IPS, "ien116-name-servers", "name-servers", NULL},
{6, DHCP_V_IPS, "domain-name-servers", "domain-name-server", NULL},
{7, DHCP_V_IPS, "log-servers", "log-server", NULL},
{8, DHCP_V_IPS, "cookie-servers", "quotes-servers", NULL},
{9, DHCP_V_IPS, "lpr-servers", "lpr-server", NULL},
{10, DHCP_V_IPS, "impress-servers", "impress-server", NULL},
{11, DHCP_V_IPS, "resource-location-servers", "rlp-servers", NULL},
{12, DHCP_V_TEXT, "host-name", "hostname", NULL},
{13, DHCP_V_U16, "boot-size", "boot-file-size", NULL},
{14, DHCP_V_TEXT, "merit-dump", "merit-dump-file", NULL},
{15, DHCP_V_TEXT, "domain-name", NULL, NULL},
{16, DHCP_V_IP, "swap-server", NULL, NULL},
{17, DHCP_V_TEXT, "root-path", NULL, NULL},
{18, DHCP_V_TEXT, "extensions-path", "extension-file", NULL},
{19, DHCP_V_BOOL, "ip-forwarding", "forward", NULL},
{20, DHCP_V_BOOL, "non-local-source-routing", NULL, NULL},
{21, DHCP_V_PAIRS, "policy-filter", NULL, NULL},
{22, DHCP_V_U16, "max-dgram-reassembly", NULL, NULL},
{23, DHCP_V_U8, "default-ip-ttl", NULL, NULL},
{24, DHCP_V_SECONDS, "path-mtu-aging-timeout", NULL, NULL},
{25, DHCP_V_U16S, "path-mtu-plateau-table", NULL, NULL},
{26, DHCP_V_U16, "interface-mtu", "mtu", NULL},
{27, DHCP_V_BOOL, "all-subnets-local", NULL, NULL},
{28, DHCP_V_IP, "broadcast-address", NULL, NULL},
{29, DHCP_V_BOOL, "perform-mask-discovery", NULL, NULL},
{30, DHCP_V_BOOL, "mask-supplier", NULL, NULL},
{31, DHCP_V_BOOL, "router-discovery", NULL, NULL},
{32, DHCP_V_IP, "router-solicitation-address", NULL, NULL},
{33, DHCP_V_PAIRS, "static-routes", "static-route", NULL},
{34, DHCP_V_BOOL, "trailer-encapsulation", NULL, NULL},
{35, DHCP_V_SECONDS, "arp-cache-timeout", NULL, NULL},
{36, DHCP_V_BOOL, "ieee802-3-encapsulation", NULL, NULL},
{37, DHCP_V_U8, "default-tcp-ttl", NULL, NULL},
{38, DHCP_V_SECONDS, "tcp-keepalive-interval", NULL, NULL},
{39, DHCP_V_BOOL, "tcp-keepalive-garbage", NULL, NULL},
{40, DHCP_V_TEXT, "nis-domain", NULL, NULL},
{41, DHCP_V_IPS, "nis-servers", NULL, NULL},
{42, DHCP_V_IPS, "ntp-servers", NULL, NULL},
{43, DHCP_V_BYTES, "vendor-encapsulated-options",
    "vendor-specific-information", NULL},
{44, DHCP_V_IPS, "netbios-name-servers", NULL, NULL},
{45, DHCP_V_IPS, "netbios-dd-server", "netbios-dd-servers", NULL},
{46, DHCP_V_U8, "netbios-node-type", NULL, NULL},
{47, DHCP_V_TEXT, "netbios-scope", NULL, NULL},
{48, DHCP_V_IPS, "font-servers", NULL, NULL},
{49, DHCP_V_IPS, "x-display-manager", "x-display-managers", NULL},
NO(50, "dhcp-requested-address", NULL,
    "clients send it; yiaddr in [host] gives an address"),
NO(51, "dhcp-lease-time", "lease-time", "write lease_time = ..."),
NO(52, "dhcp-option-overload", NULL, "dhcpd decides it for each reply"),
NO(53, "dhcp-message-type", NULL, "dhcpd decides it for each reply"),
NO(54, "dhcp-server-identifier", "server-identifier",
    "write server_id = ..."),
NO(55, "dhcp-parameter-request-list", NULL,
    "clients send it; what they ask for is sent where it is known"),
NO(56, "dhcp-message", NULL, "dhcpd says in it why it sends a DHCPNAK"),
NO(57, "dhcp-max-message-size", NULL,
    "clients send it; dhcpd keeps to it"),
{58, DHCP_V_SECONDS, "dhcp-renewal-time", "renewal-time", NULL},
{59, DHCP_V_SECONDS, "dhcp-rebinding-time", "rebinding-time", NULL},
{60, DHCP_V_TEXT, "vendor-class-identifier", "dhcp-class-identifier", NULL},
NO(61, "dhcp-client-identifier", "client-identifier",
    "clients send it and get it back; client_id in [host] names one"),
{62, DHCP_V_TEXT, "nwip-domain", NULL, NULL},
{63, DHCP_V_BYTES, "nwip-suboptions", NULL, NULL},
{64, DHCP_V_TEXT, "nisplus-domain", NULL, NULL},
{65, DHCP_V_IPS, "nisplus-servers", NULL, NULL},
{66, DHCP_V_TEXT, "tftp-server-name", NULL, NULL},
{67, DHCP_V_TEXT, "bootfile-name", "boot-file-name", NULL},
{68, DHCP_V_IPS, "mobile-ip-home-agent", "mobile-ip-home-agents", NULL},
{69, DHCP_V_IPS, "smtp-server", "smtp-servers", NULL},
{70, DHCP_V_IPS, "pop-server", "pop-servers", NULL},
{71, DHCP_V_IPS, "nntp-server", "nntp-servers", NULL},
{72, DHCP_V_IPS, "www-server", "www-servers", NULL},
{73, DHCP_V_IPS, "finger-server", "finger-servers", NULL},
{74, DHCP_V_IPS, "irc-server", "irc-servers", NULL},
{75, DHCP_V_IPS, "streettalk-server", "streettalk-servers", NULL},
{76, DHCP_V_IPS, "streettalk-directory-assistance-server", NULL, NULL},
{77, DHCP_V_BYTES, "user-class", NULL, NULL},
{78, DHCP_V_BYTES, "slp-directory-agent", NULL, NULL},
{79, DHCP_V_BYTES, "slp-service-scope", NULL, NULL},
NO(80, "rapid-commit", NULL, "dhcpd answers in four messages"),
{81, DHCP_V_BYTES, "fqdn", "client-fqdn", NULL},
NO(82, "dhcp-agent-options", "relay-agent-information",
    "relays send it and get it back"),
{83, DHCP_V_BYTES, "isns", NULL, NULL},
{85, DHCP_V_IPS, "nds-servers", NULL, NULL},
{86, DHCP_V_TEXT, "nds-tree-name", NULL, NULL},
{87, DHCP_V_TEXT, "nds-context", NULL, NULL},
{88, DHCP_V_DOMAINS, "bcms-controller-names", NULL, NULL},
{89, DHCP_V_IPS, "bcms-controller-address", NULL, NULL},
NO(90, "authentication", NULL, "it has to be computed for each message"),
NO(91, "client-last-transaction-time", NULL, "it answers lease queries"),
NO(92, "associated-ip", NULL, "it answers lease queries"),
NO(93, "pxe-system-type", "client-arch",
    "clients send it; arch in [class] tests it"),
NO(94, "pxe-interface-id", "client-ndi", "clients send it"),
NO(97, "pxe-client-id", "client-uuid", "clients send it and get it back"),
{98, DHCP_V_TEXT, "uap-servers", "user-auth", NULL},
{99, DHCP_V_BYTES, "geoconf-civic", NULL, NULL},
{100, DHCP_V_TEXT, "pcode", "tz-posix-string", NULL},
{101, DHCP_V_TEXT, "tcode", "tz-name", NULL},
{108, DHCP_V_SECONDS, "v6-only-preferred", NULL, NULL},
{112, DHCP_V_IPS, "netinfo-server-address", NULL, NULL},
{113, DHCP_V_TEXT, "netinfo-server-tag", NULL, NULL},
{114, DHCP_V_TEXT, "default-url", "captive-portal", NULL},
{116, DHCP_V_BOOL, "auto-config", NULL, NULL},
{117, DHCP_V_U16S, "name-service-search", NULL, NULL},
NO(118, "subnet-selection", NULL, "relays and clients send it"),
{119, DHCP_V_DOMAINS, "domain-search", NULL, NULL},
{120, DHCP_V_BYTES, "sip-servers", NULL, NULL},
{121, DHCP_V_ROUTES, "classless-static-routes", "rfc3442-routes", NULL},
{122, DHCP_V_BYTES, "cablelabs-client-configuration", NULL, NULL},
{123, DHCP_V_BYTES, "geoconf", NULL, NULL},
{124, DHCP_V_BYTES, "vivco", "vi-vendor-class", NULL},
{125, DHCP_V_BYTES, "vivso", "vi-vendor-options", NULL},
{136, DHCP_V_IPS, "pana-agent", NULL, NULL},
{137, DHCP_V_DOMAINS, "v4-lost", NULL, NULL},
{138, DHCP_V_IPS, "capwap-ac-v4", NULL, NULL},
{141, DHCP_V_DOMAINS, "sip-ua-cs-domains", NULL, NULL},
{143, DHCP_V_BYTES, "sztp-redirect", NULL, NULL},
{146, DHCP_V_BYTES, "rdnss-selection", NULL, NULL},
{150, DHCP_V_IPS, "tftp-server-address", NULL, NULL},
{160, DHCP_V_TEXT, "captive-portal-old", NULL, NULL},
{175, DHCP_V_BYTES, "ipxe-encap-opts", "etherboot", NULL},
{208, DHCP_V_BYTES, "pxelinux-magic", "loader-magic", NULL},
{209, DHCP_V_TEXT, "loader-configfile", "pxelinux-configfile", NULL},
{210, DHCP_V_TEXT, "loader-pathprefix", "pxelinux-pathprefix", NULL},
{211, DHCP_V_SECONDS, "loader-reboottime", "pxelinux-reboottime", NULL},
{212, DHCP_V_BYTES, "option-6rd", NULL, NULL},
{213, DHCP_V_DOMAINS, "v4-access-domain", NULL, NULL},
{249, DHCP_V_ROUTES, "ms-classless-static-routes", NULL, NULL},
{252, DHCP_V_TEXT, "wpad-url", "wpad", NULL},
NO(255, "end", NULL, "dhcpd ends the options by itself"),
};

static const struct {
	uint16_t arch;
	const char *name;
} archs[] = {
{0, "bios"}, {1, "nec98"}, {2, "itanium"}, {3, "alpha"}, {4, "arc-x86"},
{5, "intel-lean"}, {6, "ia32-uefi"}, {7, "x64-uefi"}, {8, "xscale-uefi"},
{9, "ebc"}, {10, "arm32-uefi"}, {11, "arm64-uefi"}, {12, "ppc-openfirmware"},
{13, "ppc-epapr"}, {14, "ppc-opal"}, {15, "ia32-http"}, {16, "x64-http"},
{17, "ebc-http"}, {18, "arm32-http"}, {19, "arm64-http"}, {20, "bios-http"},
{21, "arm32-uboot"}, {22, "arm64-uboot"}, {23, "arm32-uboot-http"},
{24, "arm64-uboot-http"}, {25, "riscv32-uefi"}, {26, "riscv32-http"},
{27, "riscv64-uefi"}, {28, "riscv64-http"}, {29, "riscv128-uefi"},
{30, "riscv128-http"}, {31, "s390-basic"}, {32, "s390-extended"},
{33, "mips32-uefi"}, {34, "mips64-uefi"}, {35, "sunway32-uefi"},
{36, "sunway64-uefi"}, {37, "loongarch32-uefi"}, {38, "loongarch32-http"},
{39, "loongarch64-uefi"}, {40, "loongarch64-http"}, {41, "rpi"},
};
/* clang-format on */

enum {
	NNAMES = sizeof names / sizeof names[0],
	NARCHS = sizeof archs / sizeof archs[0]
};

const struct dhcp_name *
dhcp_names(size_t *n)
{
	*n = NNAMES;
	return names;
}

const struct dhcp_name *
dhcp_name_by_code(uint8_t code)
{
	size_t lo = 0, hi = NNAMES;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (names[mid].code == code)
			return &names[mid];
		if (names[mid].code < code)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

const struct dhcp_name *
dhcp_name_by_text(const char *name)
{
	for (size_t i = 0; i < NNAMES; i++)
		if (value_same(names[i].name, name) ||
		    (names[i].also && value_same(names[i].also, name)))
			return &names[i];
	return NULL;
}

static void
nearer(const char *a, const char *name, const char **near, unsigned int *best)
{
	unsigned int d = value_distance(a, name);

	if (d < *best) {
		*best = d;
		*near = a;
	}
}

const char *
dhcp_name_near(const char *name)
{
	unsigned int best = (unsigned int)strlen(name) / 3 + 1;
	const char *near = NULL;

	for (size_t i = 0; i < NNAMES; i++) {
		nearer(names[i].name, name, &near, &best);
		if (names[i].also)
			nearer(names[i].also, name, &near, &best);
	}
	return near;
}

size_t
dhcp_arch_parse(const char *text, uint16_t arch[static 2])
{
	uint64_t n;

	if (text_number(text, 0, UINT16_MAX, &n)) {
		arch[0] = (uint16_t)n;
		return 1;
	}
	for (size_t i = 0; i < NARCHS; i++) {
		if (!value_same(archs[i].name, text))
			continue;
		arch[0] = archs[i].arch;
		arch[1] = 9;
		return arch[0] == 7 ? 2 : 1;
	}
	return 0;
}

const char *
dhcp_arch_name(uint16_t arch)
{
	return arch < NARCHS ? archs[arch].name : NULL;
}

const char *
dhcp_arch_near(const char *text)
{
	unsigned int best = (unsigned int)strlen(text) / 3 + 1;
	const char *near = NULL;

	for (size_t i = 0; i < NARCHS; i++)
		nearer(archs[i].name, text, &near, &best);
	return near;
}
