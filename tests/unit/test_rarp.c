/*
 * test_rarp.c - who is answered by RARP.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "conf_try.h"
#include "dhcpd/rarp.h"

static const uint8_t own[ARP_HLEN] = {2, 0, 0, 0, 0, 0x99};

static const char text[] =
    "[subnet 10.0.0.0/24]\n"
    "[subnet 10.1.0.0/24]\nproxy = yes\n"
    "[subnet 10.2.0.0/24]\ninterface = eth2\n"
    "[host sun]\nchaddr = 02:00:00:00:00:01\n"
    "yiaddr = 10.0.0.7, 10.2.0.7\n"
    "[host bad]\nchaddr = 02:00:00:00:00:02\nyiaddr = 10.0.0.8\n"
    "deny = yes\n"
    "[host poor]\nchaddr = 02:00:00:00:00:03\n";

/* What the host with that last byte gets; v 0: silence. */
static struct ip4
asked(uint16_t op, uint8_t last, uint32_t ifaddr, const char *ifname,
    struct arp *reply, const char **why)
{
	struct arp q = {.op = op,
	    .sha = {2, 0, 0, 0, 0, last},
	    .tha = {2, 0, 0, 0, 0, last}};
	struct rarp_in in = {
	    .request = &q, .ifname = ifname, .ifaddr = {ifaddr}, .hw = own};
	struct conf *c = try_good(text);
	const struct conf_host *h;
	bool yes = rarp_answer(c, &in, reply, &h, why);

	conf_free(c);
	return yes ? reply->tpa : (struct ip4){0};
}

START_TEST(a_host_gets_its_address)
{
	struct arp r;
	const char *why;

	ck_assert_uint_eq(
	    asked(RARP_REQUEST, 1, 0x0a000001, "eth0", &r, &why).v, 0x0a000007);
	ck_assert_uint_eq(r.op, RARP_REPLY);
	ck_assert_uint_eq(r.spa.v, 0x0a000001);
	ck_assert_mem_eq(r.sha, own, ARP_HLEN);
	ck_assert_uint_eq(r.tha[5], 1);
	/* that of the network where it asks */
	ck_assert_uint_eq(
	    asked(RARP_REQUEST, 1, 0x0a020001, "eth2", &r, &why).v, 0x0a020007);
}
END_TEST

START_TEST(all_others_get_silence)
{
	static const struct {
		uint16_t op;
		uint8_t last;
		uint32_t ifaddr;
		const char *ifname, *why;
	} silent[] = {
	    {RARP_REQUEST, 9, 0x0a000001, "eth0", ""}, /* unknown */
	    {RARP_REPLY, 1, 0x0a000001, "eth0", ""},
	    {ARP_REQUEST, 1, 0x0a000001, "eth0", ""},
	    {RARP_REQUEST, 1, 0x0a010001, "eth0", ""}, /* proxy */
	    {RARP_REQUEST, 1, 0x0b000001, "eth0", ""}, /* no subnet */
	    {RARP_REQUEST, 1, 0x0a020001, "eth0", ""}, /* other interface */
	    {RARP_REQUEST, 2, 0x0a000001, "eth0", "the host is denied"},
	    {RARP_REQUEST, 3, 0x0a000001, "eth0",
		"the host has no address here"},
	};
	const char *why;
	struct arp r;

	for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++) {
		ck_assert_uint_eq(
		    asked(silent[i].op, silent[i].last, silent[i].ifaddr,
			silent[i].ifname, &r, &why)
			.v,
		    0);
		ck_assert_str_eq(why, silent[i].why);
	}
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    a_host_gets_its_address, all_others_get_silence, NULL};

	return unit_main("rarp", tests);
}
