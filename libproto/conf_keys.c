/*
 * conf_keys.c - every section and key of remoteboot.conf, its default and
 * its range; see conf_keys.h.
 *
 * What stands in etc/remoteboot.conf and man/remoteboot.conf.5 is compared
 * with this table by tests.  Names are those of the RFCs where there is one.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "conf.h"
#include "conf_keys.h"
#include "conf_readers.h"
#include "tftp.h"
#include "value.h"

const struct conf_section_name conf_sections[CONF_SECTIONS] = {
    [CONF_S_GLOBAL] = {"global", NULL, "for all daemons and all clients"},
    [CONF_S_DHCPD] = {"dhcpd", NULL, "what only dhcpd needs"},
    [CONF_S_SUBNET] = {"subnet", "A.B.C.D/N", "a network that is served"},
    [CONF_S_CLASS] = {"class", "NAME", "clients that say what they are"},
    [CONF_S_HOST] = {"host", "NAME", "one known client"},
    [CONF_S_TFTPD] = {"tftpd", NULL, "what only tftpd needs"},
    [CONF_S_MTFTPD] = {"mtftpd", NULL, "what only mtftpd needs"},
    [CONF_S_MTFTP] = {"mtftp", "FILE", "a file sent to a multicast group"},
    [CONF_S_MENU] = {"menu", "NAME", "what a PXE client may choose from"},
    [CONF_S_BOOT_SERVER] = {"boot_server", "NAME", "one thing to choose"},
    [CONF_S_TFTP_UPLOAD] = {"tftp-upload", "FOLDER",
	"where TFTP clients may write"},
    [CONF_S_TFTP_MAP] = {"tftp-map", NULL, "names are rewritten"},
    [CONF_S_TFTP_TEMPLATE] = {"tftp-template", "NAME", "files without a file"},
    [CONF_S_POOL] = {"pool", "NAME", "addresses for some clients only"},
    [CONF_S_TFTP_CLIENT] = {"tftp-client", "NAME",
	"TFTP clients that want to be treated otherwise"},
};

#define GLOBAL CONF_IN(CONF_S_GLOBAL)
#define DHCPD CONF_IN(CONF_S_DHCPD)
#define SUBNET CONF_IN(CONF_S_SUBNET)
#define CLASS CONF_IN(CONF_S_CLASS)
#define HOST CONF_IN(CONF_S_HOST)
#define TFTPD CONF_IN(CONF_S_TFTPD)
#define MTFTPD CONF_IN(CONF_S_MTFTPD)
#define MTFTP CONF_IN(CONF_S_MTFTP)
#define MENU CONF_IN(CONF_S_MENU)
#define BOOT_SERVER CONF_IN(CONF_S_BOOT_SERVER)
#define TFTP_UPLOAD CONF_IN(CONF_S_TFTP_UPLOAD)
#define TFTP_MAP CONF_IN(CONF_S_TFTP_MAP)
#define TFTP_TEMPLATE CONF_IN(CONF_S_TFTP_TEMPLATE)
#define POOL CONF_IN(CONF_S_POOL)
#define TFTP_CLIENT CONF_IN(CONF_S_TFTP_CLIENT)

/* Where a key's value goes. */
#define AT(type, field) .off = offsetof(struct type, field)
#define LIST(type, field) \
	AT(type, field), .off_n = offsetof(struct type, n##field), .list = true
#define BOOT(bit, field) AT(conf_params, field), .has = bit

#define YEAR_S (366 * 86400u)
#define PID(name) RUNSTATEDIR "/remoteboot/" name ".pid"

/* section, key, reader, field, default, range, help */
/* clang-format off */
const struct conf_key conf_keys[] = {
{GLOBAL, "tftp_root", read_path, AT(conf, tftp_root), .dflt = "/tftpboot",
    .help = "the boot tree: what tftpd and mtftpd serve"},

/* what may be said of a boot: [global] [subnet] [class] [host] */
{CONF_IN_BOOT, "file", read_boot_file, BOOT(CONF_HAS_FILE, file),
    .max = 127, .help = "boot program: the file field"},
{CONF_IN_BOOT, "sname", read_text, BOOT(CONF_HAS_SNAME, sname),
    .max = 63, .help = "name of the boot server: the sname field"},
{CONF_IN_BOOT, "next_server", read_ip4, BOOT(CONF_HAS_NEXT_SERVER, next_server),
    .help = "TFTP server: siaddr; default: the address of dhcpd"},
{CONF_IN_BOOT, "server_id", read_ip4, BOOT(CONF_HAS_SERVER_ID, server_id),
    .min = 1, .help = "option 54; default: the address of dhcpd"},
{CONF_IN_BOOT, "lease_time", read_seconds, BOOT(CONF_HAS_LEASE_TIME, lease_s),
    .dflt = "12h", .min = 1, .max = CONF_INFINITE,
    .help = "option 51 when the client asks for nothing"},
{CONF_IN_BOOT, "menu", read_menu_name, BOOT(CONF_HAS_MENU, menu),
    .max = 49, .help = "the [menu NAME] that PXE clients are shown"},
{CONF_IN_BOOT, "tftp_folder", read_folders,
    BOOT(CONF_HAS_TFTP_FOLDER, tftp_folder),
    .off_n = offsetof(struct conf_params, ntftp_folder), .list = true,
    .dflt = "/", .max = 200,
    .help = "its files are looked for in these folders of tftp_root"},

{DHCPD, "interfaces", read_interfaces, LIST(conf_dhcpd, interfaces),
    .help = "listen only there; default: wherever a subnet fits"},
{DHCPD, "authoritative", read_bool, AT(conf_dhcpd, authoritative),
    .dflt = "no", .help = "DHCPNAK to clients that claim an unknown lease"},
{DHCPD, "use_host_decl_names", read_bool, AT(conf_dhcpd, use_host_decl_names),
    .dflt = "no", .help = "the NAME of [host NAME] is its option 12"},
{DHCPD, "deny_unknown", read_bool, AT(conf_dhcpd, deny_unknown),
    .dflt = "no", .help = "pool addresses only to clients with a [host]"},
{DHCPD, "one_address_per_machine", read_bool,
    AT(conf_dhcpd, one_address_per_machine), .dflt = "yes",
    .help = "a card keeps its address whatever client id it sends"},
{DHCPD, "relays", read_networks, LIST(conf_dhcpd, relays),
    .help = "only these relays are answered; default: all"},
{DHCPD, "leasequery_from", read_networks, LIST(conf_dhcpd, leasequery_from),
    .help = "who may ask who has a lease (RFC 4388); default: nobody"},
{DHCPD, "servers", read_peers, LIST(conf_dhcpd, servers),
    .help = "all DHCP servers with this file: they share the clients"},
{DHCPD, "takeover_secs", read_seconds, AT(conf_dhcpd, takeover_s),
    .dflt = "5s", .min = 1, .max = 600,
    .help = "what a client of another server must have waited"},
{DHCPD, "lease_file", read_path, AT(conf_dhcpd, lease_file),
    .dflt = LOCALSTATEDIR "/lib/remoteboot/dhcpd.leases",
    .help = "journal of the leases"},
{DHCPD, "max_leases", read_u32, AT(conf_dhcpd, max_leases),
    .dflt = "65536", .min = 1, .max = 1 << 24,
    .help = "most addresses in all pools together"},
{DHCPD, "offer_time", read_seconds, AT(conf_dhcpd, offer_s),
    .dflt = "1m", .min = 1, .max = 3600,
    .help = "how long an offered address is held"},
{DHCPD, "quarantine_time", read_seconds, AT(conf_dhcpd, quarantine_s),
    .dflt = "1h", .min = 0, .max = YEAR_S,
    .help = "how long a declined address rests"},
{DHCPD, "arp_probe", read_bool, AT(conf_dhcpd, arp_probe),
    .dflt = "yes", .help = "is a pool address free? ask before its first offer"},
{DHCPD, "rarp", read_bool, AT(conf_dhcpd, rarp),
    .dflt = "no", .help = "tell known hosts their address by RARP, too"},
{DHCPD, "reserve", read_u8, AT(conf_dhcpd, reserve),
    .dflt = "10", .max = 100,
    .help = "percent of each pool for clients with a [host], if there are any"},
{DHCPD, "min_lease_time", read_seconds, AT(conf_dhcpd, min_lease_s),
    .dflt = "5m", .min = 1, .max = CONF_INFINITE,
    .help = "shortest lease that a client can ask for"},
{DHCPD, "max_lease_time", read_seconds, AT(conf_dhcpd, max_lease_s),
    .dflt = "1d", .min = 1, .max = CONF_INFINITE,
    .help = "longest lease that a client can ask for"},
{DHCPD, "port", read_u16, AT(conf_dhcpd, port),
    .dflt = "67", .max = 65535,
    .help = "UDP port of the server; clients are one above; 0: pxe_port alone"},
{DHCPD, "pxe_port", read_u16, AT(conf_dhcpd, pxe_port),
    .dflt = "4011", .max = 65535,
    .help = "port where PXE clients ask again; 0: off"},
{DHCPD, "idle_time", read_seconds, AT(conf_dhcpd, idle_s),
    .dflt = "15m", .max = YEAR_S,
    .help = "started by inetd: end after so long; 0: never"},
{DHCPD, "user", read_user, AT(conf_dhcpd, user),
    .dflt = "remoteboot", .help = "who dhcpd runs as once it listens"},
{DHCPD, "pid_file", read_path, AT(conf_dhcpd, pid_file),
    .dflt = PID("dhcpd"), .help = "its process id"},

{SUBNET, "pool", read_pool, LIST(conf_subnet, pool),
    .help = "addresses for clients without one of their own"},
{SUBNET, "interface", read_interface, AT(conf_subnet, interface),
    .help = "the only interface it is on; default: any that fits"},
{SUBNET, "bootp_pool", read_bool, AT(conf_subnet, bootp_pool),
    .dflt = "no", .help = "BOOTP clients take pool addresses, for ever"},
{SUBNET, "proxy", read_bool, AT(conf_subnet, proxy),
    .dflt = "no", .help = "another server gives the addresses there"},
{SUBNET, "shared_network", read_text, AT(conf_subnet, shared_network),
    .max = 63, .help = "subnets of one wire have one name here"},

{POOL, "range", read_pool, LIST(conf_pool, range),
    .help = "its addresses, in any subnets"},
{POOL, "class", read_texts, LIST(conf_pool, class_name),
    .max = 49, .help = "only for clients of these classes, and they have no other"},
{POOL, "bootp_pool", read_bool, AT(conf_pool, bootp_pool),
    .dflt = "no", .help = "BOOTP clients take its addresses, for ever"},
{POOL, "clients", read_clients, AT(conf_pool, clients),
    .dflt = "all", .help = "only for known ones, those with a [host], or unknown"},

{CLASS, "vendor_class", read_texts, LIST(conf_class, vendor_class),
    .max = 255, .help = "how option 60 begins"},
{CLASS, "arch", read_archs, LIST(conf_class, arch),
    .max = 65535, .help = "architecture in option 93, by name or number"},
{CLASS, "user_class", read_texts, LIST(conf_class, user_class),
    .max = 254, .help = "option 77, whole or one of its members"},
{CLASS, "uuid", read_uuids, LIST(conf_class, uuid),
    .help = "option 97, as SMBIOS shows it"},
{CLASS, "chaddr", read_chaddr_prefixes, LIST(conf_class, chaddr),
    .help = "how the hardware address begins"},
{CLASS, "circuit_id", read_byte_strings, LIST(conf_class, circuit_id),
    .help = "option 82.1: the port of the relay"},
{CLASS, "remote_id", read_byte_strings, LIST(conf_class, remote_id),
    .help = "option 82.2: the relay, or what is behind it"},
{CLASS, "deny", read_bool, AT(conf_class, deny),
    .dflt = "no", .help = "its clients are never answered"},

{HOST, "chaddr", read_chaddrs, LIST(conf_host, chaddr),
    .help = "hardware addresses"},
{HOST, "client_id", read_client_id, AT(conf_host, client_id),
    .off_n = offsetof(struct conf_host, client_id_len),
    .max = 255, .help = "option 61, hex bytes or text"},
{HOST, "yiaddr", read_yiaddrs, LIST(conf_host, yiaddr),
    .help = "its own address, one for each subnet"},
{HOST, "hostname", read_hostname, AT(conf_host, hostname),
    .max = 63, .help = "option 12"},
{HOST, "deny", read_bool, AT(conf_host, deny),
    .dflt = "no", .help = "known, but never answered"},

{TFTPD, "listen", read_listens, LIST(conf_tftpd, listen),
    .dflt = "::", .help = "where to listen, ADDRESS[:PORT]; :: is all"},
{TFTPD, "family", read_family, AT(conf_tftpd, family),
    .dflt = "both", .help = "both, ipv4 or ipv6"},
{TFTPD, "port", read_u16, AT(conf_tftpd, port),
    .dflt = "69", .max = 65535, .help = "UDP port; 0: off"},
{TFTPD, "large_port", read_u16, AT(conf_tftpd, large_port),
    .dflt = "0", .max = 65535,
    .help = "large packet service, 59 for bpbatch.P; 0: off"},
{TFTPD, "large_blksize", read_size16, AT(conf_tftpd, large_blksize),
    .dflt = "1408", .min = 512, .max = TFTP_BLKSIZE_MAX,
    .help = "block size on large_port, without any option"},
{TFTPD, "max_blksize", read_size16, AT(conf_tftpd, max_blksize),
    .dflt = "65464", .min = TFTP_BLKSIZE_MIN, .max = TFTP_BLKSIZE_MAX,
    .help = "most that the option blksize is granted"},
{TFTPD, "max_windowsize", read_u16, AT(conf_tftpd, max_windowsize),
    .dflt = "64", .min = 1, .max = TFTP_WINDOWSIZE_MAX,
    .help = "most that the option windowsize is granted"},
{TFTPD, "max_clients", read_u32, AT(conf_tftpd, max_clients),
    .dflt = "1000", .min = 1, .max = 65536,
    .help = "transfers at once; more are not answered"},
{TFTPD, "timeout", read_ms, AT(conf_tftpd, timeout_ms),
    .dflt = "1s", .min = 10, .max = 255000,
    .help = "silence before a block is sent again"},
{TFTPD, "retries", read_u32, AT(conf_tftpd, retries),
    .dflt = "5", .min = 1, .max = 100,
    .help = "times a block is sent again before giving up"},
{TFTPD, "rollover", read_rollover, AT(conf_tftpd, rollover),
    .dflt = "0", .help = "block number that follows 65535: 0, 1 or none"},
{TFTPD, "max_per_client", read_u32, AT(conf_tftpd, max_per_client),
    .dflt = "0", .max = 65536,
    .help = "transfers of one address at once; 0: as many as all"},
{TFTPD, "port_range", read_port_range, AT(conf_tftpd, port_range),
    .min = 1, .max = 65535,
    .help = "ports of transfers; default: those of the kernel"},
{TFTPD, "single_port", read_bool, AT(conf_tftpd, single_port),
    .dflt = "no", .help = "transfers stay on the port that was asked"},
{TFTPD, "trusted_networks", read_nets, LIST(conf_tftpd, trusted_networks),
    .help = "single port: whom it trusts without a lease"},
{TFTPD, "unproven_rate", read_bytes64, AT(conf_tftpd, unproven_rate),
    .dflt = "1M", .min = 1024, .max = 1 << 30,
    .help = "single port: bytes a second for all others together"},
{TFTPD, "fold_case", read_bool, AT(conf_tftpd, fold_case),
    .dflt = "no", .help = "BOOT/X finds boot/x when nothing is named so"},
{TFTPD, "digests", read_digests, AT(conf_tftpd, digests),
    .dflt = "no", .help = "NAME.sha256 and MANIFEST.sha256 by itself"},
{TFTPD, "idle_time", read_seconds, AT(conf_tftpd, idle_s),
    .dflt = "15m", .max = YEAR_S,
    .help = "started by inetd: end after so long; 0: never"},
{TFTPD, "refuse", read_tftp_options, AT(conf_tftpd, refuse),
    .help = "options that are never granted, to nobody"},
{TFTPD, "max_uploads", read_u32, AT(conf_tftpd, max_uploads),
    .dflt = "100", .min = 1, .max = 4096,
    .help = "uploads at once; more are not answered"},
{TFTPD, "multicast_ip", read_multicast, AT(conf_tftpd, multicast_ip),
    .dflt = "239.255.0.0", .help = "option multicast: group of the first file"},
{TFTPD, "multicast_groups", read_u32, AT(conf_tftpd, multicast_groups),
    .dflt = "64", .max = 256,
    .help = "files at once, each on the next group; 0: not served"},
{TFTPD, "multicast_port", read_u16, AT(conf_tftpd, multicast_port),
    .dflt = "1758", .min = 1, .max = 65535,
    .help = "UDP port of these groups"},
{TFTPD, "multicast_ttl", read_u8, AT(conf_tftpd, multicast_ttl),
    .dflt = "1", .min = 1, .max = 255,
    .help = "routers that multicast may cross, plus one"},
{TFTPD, "multicast_rate", read_u32, AT(conf_tftpd, multicast_rate),
    .dflt = "0", .max = 10000000,
    .help = "kilobytes a second for each file; 0: what the clients take"},
{TFTPD, "json_log", read_path, AT(conf_tftpd, json_log),
    .help = "a record of each transfer and refusal, as JSON"},
{TFTPD, "user", read_user, AT(conf_tftpd, user),
    .dflt = "remoteboot", .help = "who tftpd runs as once it listens"},
{TFTPD, "pid_file", read_path, AT(conf_tftpd, pid_file),
    .dflt = PID("tftpd"), .help = "its process id"},

{TFTP_TEMPLATE, "name", read_texts, LIST(conf_template, pattern),
    .max = 200, .help = "which files are made of it; * and ? in it"},
{TFTP_TEMPLATE, "template", read_below, AT(conf_template, template),
    .max = 200, .help = "the text with ${NAME} in it, below tftp_root"},
{TFTP_TEMPLATE, "override", read_bool, AT(conf_template, override),
    .dflt = "no", .help = "it goes before a real file of that name"},

/* more words may stand behind these: replace.nocase */
{TFTP_MAP, "replace", read_map_rule, .many = true,
    .help = "REGEX TEXT: what matches becomes TEXT"},
{TFTP_MAP, "stop", read_map_rule, .many = true,
    .help = "REGEX: the name is done"},
{TFTP_MAP, "restart", read_map_rule, .many = true,
    .help = "REGEX: from the first rule once more"},
{TFTP_MAP, "refuse", read_map_rule, .many = true,
    .help = "REGEX MESSAGE: such a name is not served"},
{TFTP_MAP, "jump", read_map_rule, .many = true,
    .help = "REGEX NAME: go on at the label"},
{TFTP_MAP, "label", read_map_rule, .many = true,
    .help = "NAME: where jump goes on"},

{MTFTPD, "mtftp_sport", read_u16, AT(conf_mtftpd, mtftp_sport),
    .dflt = "1759", .min = 1, .max = 65535,
    .help = "UDP port of the server for every [mtftp FILE]"},
{MTFTPD, "port_order", read_port_order, AT(conf_mtftpd, port_order),
    .dflt = "little", .help = "bytes of the ports in option 43: Intel's order"},
{MTFTPD, "interface", read_interface, AT(conf_mtftpd, interface),
    .help = "multicast leaves there; default: where it was asked"},
{MTFTPD, "ttl", read_u8, AT(conf_mtftpd, ttl),
    .dflt = "1", .min = 1, .max = 255,
    .help = "routers that multicast may cross, plus one"},
{MTFTPD, "timeout", read_ms, AT(conf_mtftpd, timeout_ms),
    .dflt = "150ms", .min = 10, .max = 60000,
    .help = "longest wait before a block is sent again"},
{MTFTPD, "retries", read_u32, AT(conf_mtftpd, retries),
    .dflt = "2", .min = 1, .max = 100,
    .help = "timeouts without an ACK until a master is given up"},
{MTFTPD, "copies", read_u32, AT(conf_mtftpd, copies),
    .dflt = "3", .min = 1, .max = 3,
    .help = "each block so often in a row at most, where loss is seen"},
{MTFTPD, "rate", read_u32, AT(conf_mtftpd, rate_kBps),
    .dflt = "0", .max = 10000000,
    .help = "kilobytes a second for each file; 0: what the clients take"},
{MTFTPD, "idle_time", read_seconds, AT(conf_mtftpd, idle_s),
    .dflt = "15m", .max = YEAR_S,
    .help = "started by inetd: end after so long; 0: never"},
{MTFTPD, "user", read_user, AT(conf_mtftpd, user),
    .dflt = "remoteboot", .help = "who mtftpd runs as once it listens"},
{MTFTPD, "pid_file", read_path, AT(conf_mtftpd, pid_file),
    .dflt = PID("mtftpd"), .help = "its process id"},

{MTFTP, "file", read_mtftp_file, AT(conf_mtftp, file), .max = TFTP_NAME_MAX,
    .help = "path below tftp_root; default: the FILE of the section"},
{MTFTP, "mtftp_ip", read_multicast, AT(conf_mtftp, mtftp_ip),
    .help = "multicast group of the file: 43.1"},
{MTFTP, "mtftp_cport", read_u16, AT(conf_mtftp, mtftp_cport),
    .dflt = "1758", .min = 1, .max = 65535,
    .help = "UDP port where clients listen: 43.2"},
{MTFTP, "mtftp_sport", read_u16, AT(conf_mtftp, mtftp_sport),
    .min = 1, .max = 65535,
    .help = "UDP port of the server: 43.3; default: that of [mtftpd]"},
{MTFTP, "mtftp_tmout", read_seconds8, AT(conf_mtftp, mtftp_tmout),
    .dflt = "2s", .min = 1, .max = 255,
    .help = "clients listen so long before they open: 43.4"},
{MTFTP, "mtftp_delay", read_seconds8, AT(conf_mtftp, mtftp_delay),
    .dflt = "3s", .min = 1, .max = 255,
    .help = "silence after which clients open again: 43.5"},
{MTFTP, "interface", read_interface, AT(conf_mtftp, interface),
    .help = "its multicast leaves there; default: that of [mtftpd]"},
{MTFTP, "ttl", read_u8, AT(conf_mtftp, ttl), .min = 1, .max = 255,
    .help = "of its multicast; default: that of [mtftpd]"},
{MTFTP, "blksize", read_size16, AT(conf_mtftp, blksize),
    .dflt = "512", .min = 512, .max = 1468,
    .help = "block size; iPXE takes no more than 512"},

{MENU, "items", read_texts, LIST(conf_menu, item_name),
    .max = 49, .help = "what can be chosen, by the NAMEs of boot servers"},
{MENU, "prompt", read_text, AT(conf_menu, prompt),
    .max = 200, .help = "text that is shown before the menu: 43.10"},
{MENU, "timeout", read_menu_timeout, AT(conf_menu, timeout_s),
    .dflt = "10s", .max = 254,
    .help = "the first item is booted after so long: 43.10"},
{MENU, "discovery", read_discovery, AT(conf_menu, discovery),
    .dflt = "unicast", .help = "how boot servers are found: 43.6"},

{BOOT_SERVER, "type", read_u16, AT(conf_boot_server, type),
    .max = 65534, .help = "its number in 43.8, 43.9 and 43.71; 0: local disk"},
{BOOT_SERVER, "text", read_text, AT(conf_boot_server, text),
    .max = 200, .help = "its line in menus; default: its NAME"},
{BOOT_SERVER, "file", read_boot_file, AT(conf_boot_server, file),
    .max = 127, .help = "boot program; default: others serve it"},
{BOOT_SERVER, "arch", read_archs, LIST(conf_boot_server, arch),
    .max = 65535, .help = "only for these; default: for all others"},
{BOOT_SERVER, "servers", read_servers, LIST(conf_boot_server, server),
    .help = "who serves it; default: this server"},
{BOOT_SERVER, "layers", read_u8, AT(conf_boot_server, layers),
    .dflt = "1", .min = 1, .max = 255,
    .help = "how many files: FILE, FILE.1, FILE.2"},

{TFTP_UPLOAD, "allow", read_nets, LIST(conf_upload, allow),
    .help = "networks and addresses of who may write"},
{TFTP_UPLOAD, "max_size", read_bytes64, AT(conf_upload, max_size),
    .dflt = "64M", .min = 1, .max = INT64_MAX,
    .help = "of one file"},
{TFTP_UPLOAD, "create", read_bool, AT(conf_upload, create),
    .dflt = "yes", .help = "new files may be made"},
{TFTP_UPLOAD, "overwrite", read_bool, AT(conf_upload, overwrite),
    .dflt = "no", .help = "files that are there may be replaced"},
{TFTP_UPLOAD, "mode", read_file_mode, AT(conf_upload, mode),
    .dflt = "0644", .help = "permissions of new files, in octal"},

{TFTP_CLIENT, "address", read_nets, LIST(conf_tftp_client, address),
    .help = "networks and addresses of who is meant"},
{TFTP_CLIENT, "chaddr", read_chaddr_prefixes, LIST(conf_tftp_client, chaddr),
    .help = "how its hardware address begins"},
{TFTP_CLIENT, "class", read_texts, LIST(conf_tftp_client, class),
    .max = 49, .help = "its [class NAME], one of chaddr alone"},
{TFTP_CLIENT, "oack", read_bool, AT(conf_tftp_client, oack),
    .dflt = "yes", .help = "options are answered; no: as if none was asked"},
{TFTP_CLIENT, "refuse", read_tftp_options, AT(conf_tftp_client, refuse),
    .help = "options that it is not granted"},
{TFTP_CLIENT, "max_blksize", read_size16, AT(conf_tftp_client, max_blksize),
    .min = TFTP_BLKSIZE_MIN, .max = TFTP_BLKSIZE_MAX,
    .help = "most that it is granted for blksize"},
{TFTP_CLIENT, "max_windowsize", read_u16,
    AT(conf_tftp_client, max_windowsize),
    .min = 1, .max = TFTP_WINDOWSIZE_MAX,
    .help = "most that it is granted for windowsize"},
{TFTP_CLIENT, "rollover", read_rollover, AT(conf_tftp_client, rollover),
    .help = "block number that follows 65535: 0, 1 or none"},
{TFTP_CLIENT, "tftp_folder", read_folders, LIST(conf_tftp_client, tftp_folder),
    .max = 200, .help = "where its files are looked for"},
};
/* clang-format on */

const size_t conf_nkeys = sizeof conf_keys / sizeof conf_keys[0];
_Static_assert(sizeof conf_keys / sizeof conf_keys[0] <= CONF_KEYS_MAX,
    "raise CONF_KEYS_MAX");

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
