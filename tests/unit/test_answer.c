/*
 * test_answer.c - whole replies, byte for byte: the quick guide's two sample
 * configurations as they are shipped, to every kind of client.  What answer()
 * decides in which case is in tests/replay/answer.
 *
 * The bytes are those that ISC dhcpd 4.4.3 sent for the same samples
 * (measured), but for the infinite lease, which it does not send.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "dhcpd/answer.h"
#include "unit.h"

enum {
	OPTIONS = 240,
	SERVER = 0xc0a80102 /* 192.168.1.2 */
};

#define LEASE_INFINITE "\x33\x04\xff\xff\xff\xff"
#define SERVER_ID "\x36\x04\xc0\xa8\x01\x02"
#define MASK "\x01\x04\xff\xff\xff\x00"
#define ROUTER "\x03\x04\xc0\xa8\x01\x01"
#define DNS "\x06\x04\xc0\xa8\x01\x02"
#define NAME1 "\x0c\x08pxetest1"
#define DOMAIN     \
	"\x0f\x0b" \
	"company.com"
#define VENDOR "\x2b\x06\x01\x04\x00\x00\x00\x00"
#define CLASS "\x3c\x09PXEClient"
#define O132 "\x84\x09workgroup"
#define O135       \
	"\x87\x09" \
	"bpbscript"
#define END "\xff"
#define GUIDE_2                                                            \
	SERVER_ID LEASE_INFINITE MASK ROUTER DNS NAME1 DOMAIN VENDOR CLASS \
	    O132 O135 END
#define GUIDE_3 SERVER_ID LEASE_INFINITE MASK ROUTER VENDOR CLASS END

/* What a ROM asks for (Intel's list). */
#define ROM_LIST                                                           \
	"\x37\x23\x01\x02\x03\x04\x05\x06\x0c\x0d\x0f\x11\x12\x16\x17\x1c" \
	"\x28\x29\x2a\x2b\x32\x33\x36\x3a\x3b\x3c\x42\x43\x61\x80\x81\x82" \
	"\x83\x84\x85\x86\x87"
#define ROM_CLASS "\x3c\x20PXEClient:Arch:00000:UNDI:002001"
#define ROM ROM_LIST ROM_CLASS "\x5d\x02\x00\x00\x5e\x03\x01\x02\x01"
#define UUID           \
	"\x61\x11\x00" \
	"0123456789abcdef"

static const uint8_t pxetest1[] = {0x00, 0x54, 0x55, 0x56, 0x67, 0x68};
static const uint8_t pxetest2[] = {0x00, 0x54, 0x55, 0x56, 0x67, 0x69};
static const uint8_t guide3[] = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05};
static const uint8_t stranger[] = {0x00, 0x00, 0x00, 0x00, 0x00, 0x01};

static struct conf *conf;
static struct leases *leases;
static uint8_t request[DHCP_RX_LEN], reply[DHCP_MAX_LEN];
static size_t request_len, reply_len;
static struct dhcp_msg msg;
static struct dhcp_out out;
static struct dhcp_in in;

static void
conf_error(void *arg, const char *text)
{
	(void)arg;
	ck_abort_msg("%s", text);
}

static void
use(const char *text)
{
	leases_free(leases);
	conf_free(conf);
	conf = conf_parse_text("test", text, strlen(text), conf_error, NULL);
	ck_assert_ptr_nonnull(conf);
	leases = leases_new(conf);
	ck_assert_ptr_nonnull(leases);
	in = (struct dhcp_in){.msg = &msg,
	    .ifname = "eth0",
	    .ifaddr = {SERVER},
	    .sport = DHCP_PORT_CLIENT,
	    .dst = {UINT32_MAX},
	    .dport = DHCP_PORT_SERVER,
	    .now_s = 1000};
}

static void
use_sample(const char *name)
{
	const char *top = getenv("top_srcdir");
	char path[1024], text[8192];
	size_t len;
	FILE *f;

	snprintf(path, sizeof path, "%s/etc/samples/%s", top ? top : ".", name);
	f = fopen(path, "r");
	ck_assert_msg(f != NULL, "%s: cannot open", path);
	len = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	text[len] = '\0';
	use(text);
}

/* A request with the broadcast bit; options without 53, cookie and end. */
static void
ask(enum dhcp_type type, const uint8_t *mac, const void *options, size_t len)
{
	static const uint8_t head[] = {
	    1, 1, 6, 0, 0x12, 0x34, 0x56, 0x78, 0, 4, 0x80, 0, 0, 0, 0, 0};
	uint8_t *p = request + DHCP_HEADER;

	memset(request, 0, sizeof request);
	memcpy(request, head, sizeof head);
	memcpy(request + 28, mac, 6);
	memcpy(p, "\x63\x82\x53\x63", 4);
	p += 4;
	if (type != DHCP_NONE) {
		*p++ = DHCP_MESSAGE_TYPE;
		*p++ = 1;
		*p++ = type;
	}
	memcpy(p, options, len);
	p += len;
	*p++ = DHCP_END;
	request_len = p - request;
}
#define ASK(type, mac, options) ask(type, mac, "" options, sizeof(options) - 1)

static void
decide(void)
{
	memset(&out, 0xa5, sizeof out);
	memset(reply, 0xa5, sizeof reply);
	reply_len = 0;
	ck_assert_int_eq(dhcp_decode(&msg, request, request_len), DHCP_OK);
	answer(conf, leases, &in, &out);
	if (out.to != TO_NONE)
		reply_len = dhcp_encode(
		    &out.reply, &out.rules, reply, sizeof reply, NULL);
}

static void
print_bytes(const char *what, const uint8_t *b, size_t len)
{
	printf("%s:", what);
	for (size_t i = 0; i < len; i++)
		printf(" %02x", b[i]);
	printf("\n");
}

/* The header by the rule, then exactly these options, then zeros. */
static void
want_reply(const uint8_t *mac, uint8_t last_octet, const char *file,
    const void *options, size_t len)
{
	uint8_t want[DHCP_MAX_LEN] = {2, 1, 6, 0, 0x12, 0x34, 0x56, 0x78, 0, 0,
	    0x80, 0, 0, 0, 0, 0, 192, 168, 1, last_octet};
	size_t want_len = OPTIONS + len;

	if (msg.type == DHCP_NONE)
		want[9] = 4; /* BOOTP copies secs */
	if (*file)
		memcpy(want + 20, "\xc0\xa8\x01\x02", 4);
	memcpy(want + 28, mac, 6);
	strcpy((char *)want + 108, file);
	memcpy(want + DHCP_HEADER, "\x63\x82\x53\x63", 4);
	memcpy(want + OPTIONS, options, len);
	if (want_len < DHCP_MIN_LEN)
		want_len = DHCP_MIN_LEN;
	if (reply_len != want_len || memcmp(reply, want, want_len) != 0) {
		print_bytes("wanted", want, want_len);
		print_bytes("got   ", reply, reply_len);
		ck_abort_msg("%zu bytes wanted, %zu got (%s)", want_len,
		    reply_len, out.why);
	}
	ck_assert_int_eq(out.to, TO_BROADCAST);
	ck_assert_uint_eq(out.dport, 68);
}
#define WANT(mac, last, file, options) \
	want_reply(mac, last, file, options, sizeof(options) - 1)

START_TEST(guide_isc_2_offer_and_ack_to_a_rom)
{
	use_sample("guide-isc-2.conf");
	ASK(DHCPDISCOVER, pxetest1, ROM);
	decide();
	WANT(pxetest1, 100, "bpbatch", "\x35\x01\x02" GUIDE_2);
	ck_assert_uint_eq(reply_len, 338);
	ck_assert_ptr_null(out.commit);
	ASK(DHCPREQUEST, pxetest1,
	    ROM "\x32\x04\xc0\xa8\x01\x64\x36\x04\xc0\xa8\x01\x02");
	decide();
	WANT(pxetest1, 100, "bpbatch", "\x35\x01\x05" GUIDE_2);
}
END_TEST

START_TEST(guide_isc_2_without_a_list_is_the_same)
{
	use_sample("guide-isc-2.conf");
	ASK(DHCPDISCOVER, pxetest1, ROM_CLASS);
	decide();
	WANT(pxetest1, 100, "bpbatch", "\x35\x01\x02" GUIDE_2);
}
END_TEST

START_TEST(guide_isc_2_sends_60_and_43_to_every_client)
{
	use_sample("guide-isc-2.conf");
	ASK(DHCPDISCOVER, pxetest1, "");
	decide();
	WANT(pxetest1, 100, "bpbatch", "\x35\x01\x02" GUIDE_2);
	/* but not unasked to one that says what it wants */
	ASK(DHCPDISCOVER, pxetest1, "\x37\x03\x01\x03\x06");
	decide();
	WANT(pxetest1, 100, "bpbatch",
	    "\x35\x01\x02" SERVER_ID LEASE_INFINITE MASK ROUTER DNS END);
}
END_TEST

START_TEST(guide_isc_2_second_host_and_nobody_else)
{
	use_sample("guide-isc-2.conf");
	ASK(DHCPDISCOVER, pxetest2, "\x37\x01\x0c");
	decide();
	WANT(pxetest2, 101, "bpbatch",
	    "\x35\x01\x02" SERVER_ID LEASE_INFINITE "\x0c\x08pxetest2" END);
	ASK(DHCPDISCOVER, stranger, ROM);
	decide();
	ck_assert_int_eq(out.to, TO_NONE);
}
END_TEST

START_TEST(guide_isc_2_to_bootp)
{
	use_sample("guide-isc-2.conf");
	ASK(DHCP_NONE, pxetest1, "");
	decide();
	WANT(pxetest1, 100, "bpbatch", MASK ROUTER DNS NAME1 O132 O135 END);
	/* klibc: no vendor area at all */
	request_len = DHCP_HEADER;
	decide();
	WANT(pxetest1, 100, "bpbatch", MASK ROUTER DNS NAME1 O132 O135 END);
}
END_TEST

START_TEST(guide_isc_2_echoes_the_uuid_of_a_rom)
{
	use_sample("guide-isc-2.conf");
	ASK(DHCPDISCOVER, pxetest1, ROM_CLASS UUID);
	decide();
	ck_assert_uint_eq(reply_len, 338 + 19);
	ck_assert_mem_eq(reply + 337, UUID END, 20);
}
END_TEST

START_TEST(guide_isc_3_offer_and_ack_to_a_rom)
{
	use_sample("guide-isc-3.conf");
	ASK(DHCPDISCOVER, guide3, ROM);
	decide();
	WANT(guide3, 100, "bpbatch", "\x35\x01\x02" GUIDE_3);
	ck_assert_uint_eq(reply[286], DHCP_END);
	ASK(DHCPREQUEST, guide3,
	    ROM "\x32\x04\xc0\xa8\x01\x64\x36\x04\xc0\xa8\x01\x02");
	decide();
	WANT(guide3, 100, "bpbatch", "\x35\x01\x05" GUIDE_3);
}
END_TEST

START_TEST(guide_isc_3_without_a_list_is_the_same)
{
	use_sample("guide-isc-3.conf");
	ASK(DHCPDISCOVER, guide3, ROM_CLASS);
	decide();
	WANT(guide3, 100, "bpbatch", "\x35\x01\x02" GUIDE_3);
}
END_TEST

START_TEST(guide_isc_3_plain_client_gets_neither_60_nor_43)
{
	use_sample("guide-isc-3.conf");
	ASK(DHCPDISCOVER, guide3, "");
	decide();
	WANT(guide3, 100, "bpbatch",
	    "\x35\x01\x02" SERVER_ID LEASE_INFINITE MASK ROUTER END);
	ASK(DHCPDISCOVER, guide3, "\x37\x04\x3c\x2b\x03\x01");
	decide();
	WANT(guide3, 100, "bpbatch",
	    "\x35\x01\x02" SERVER_ID LEASE_INFINITE MASK ROUTER END);
}
END_TEST

START_TEST(guide_isc_3_to_bootp)
{
	use_sample("guide-isc-3.conf");
	ASK(DHCP_NONE, guide3, "");
	decide();
	WANT(guide3, 100, "bpbatch", MASK ROUTER END);
}
END_TEST

/* The firmware's question after its ACK, and an answer that it follows. */
static void
want_4011(const char *sample, const uint8_t *mac)
{
	use_sample(sample);
	ASK(DHCPREQUEST, mac,
	    "\x37\x03\x01\x2b\x3c\x3c\x20PXEClient:Arch:00007:UNDI:003016"
	    "\x5d\x02\x00\x07" UUID);
	memcpy(request + 12, "\xc0\xa8\x01\x64", 4);
	request[10] = 0;
	in.src.v = 0xc0a80164;
	in.sport = in.dport = DHCP_PORT_PXE;
	in.dst.v = SERVER;
	decide();
	ck_assert_int_eq(out.to, TO_UNICAST);
	ck_assert_uint_eq(out.dst.v, 0xc0a80164);
	ck_assert_uint_eq(out.dport, DHCP_PORT_PXE);
	ck_assert_mem_eq(reply + 16, "\0\0\0\0\xc0\xa8\x01\x02", 8);
	ck_assert_str_eq((char *)reply + 108, "bpbatch");
	ck_assert_mem_eq(reply + OPTIONS,
	    "\x35\x01\x05" SERVER_ID CLASS
	    "\x2b\x0a\x06\x01\x08\x07\x04\xe0\x00\x01\x02\xff" UUID END,
	    3 + 6 + 11 + 12 + 19 + 1);
}

START_TEST(uefi_with_the_guides_option_43_is_answered_on_4011)
{
	want_4011("guide-isc-2.conf", pxetest1);
	want_4011("guide-isc-3.conf", guide3);
}
END_TEST

START_TEST(everything_of_out_is_written)
{
	use("[subnet 192.168.1.0/24]\n");
	ASK(DHCPDISCOVER, stranger, "");
	decide();
	ck_assert_int_eq(out.to, TO_NONE);
	ck_assert_ptr_null(out.commit);
	ck_assert_ptr_null(out.host);
	ck_assert_ptr_null(out.class);
	ck_assert_ptr_eq(out.subnet, &conf->subnet[0]);
	ck_assert(!out.quiet);
	ck_assert_uint_eq(out.dst.v, 0);
	ck_assert_uint_eq(out.reply.norder, 0);
	ck_assert_uint_ne(strlen(out.why), 0);
}
END_TEST

START_TEST(a_message_cut_anywhere_is_answered_or_refused)
{
	use_sample("guide-isc-2.conf");
	ASK(DHCPDISCOVER, pxetest1, ROM UUID);
	for (size_t len = 0; len <= request_len; len++) {
		if (dhcp_decode(&msg, request, len) != DHCP_OK)
			continue;
		answer(conf, leases, &in, &out);
		ck_assert_int_eq(out.to, TO_BROADCAST);
		ck_assert_uint_eq(out.reply.yiaddr.v, 0xc0a80164);
	}
}
END_TEST

START_TEST(a_table_without_pools_serves_static_hosts)
{
	use("[subnet 192.168.1.0/24]\n"
	    "[host a]\nchaddr = 00:00:00:00:00:01\nyiaddr = 192.168.1.7\n");
	ck_assert_uint_eq(leases_count(leases), 0);
	ASK(DHCPREQUEST, stranger, "\x32\x04\xc0\xa8\x01\x07");
	decide();
	ck_assert_int_eq(out.reply.type, DHCPACK);
	ASK(DHCPRELEASE, stranger, "");
	decide();
	ck_assert_int_eq(out.to, TO_NONE);
	ASK(DHCPDECLINE, stranger, "\x32\x04\xc0\xa8\x01\x07");
	decide();
	ck_assert_int_eq(out.to, TO_NONE);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {guide_isc_2_offer_and_ack_to_a_rom,
	    guide_isc_2_without_a_list_is_the_same,
	    guide_isc_2_sends_60_and_43_to_every_client,
	    guide_isc_2_second_host_and_nobody_else, guide_isc_2_to_bootp,
	    guide_isc_2_echoes_the_uuid_of_a_rom,
	    guide_isc_3_offer_and_ack_to_a_rom,
	    guide_isc_3_without_a_list_is_the_same,
	    guide_isc_3_plain_client_gets_neither_60_nor_43,
	    guide_isc_3_to_bootp,
	    uefi_with_the_guides_option_43_is_answered_on_4011,
	    everything_of_out_is_written,
	    a_message_cut_anywhere_is_answered_or_refused,
	    a_table_without_pools_serves_static_hosts, NULL};

	return unit_main("answer", tests);
}
