/*
 * test_listen.c - which addresses and ports tftpd listens on.
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "tftpd/listen.h"
#include "unit.h"

static struct peer at[CONF_LISTENS];
static struct conf_tftpd t;
static struct listen_at l[LISTEN_MAX];
static size_t n;

/* Addresses apart at blanks; NULL or the complaint. */
static const char *
listens(const char *addresses, enum conf_family family)
{
	char text[256];

	memset(&t, 0, sizeof t);
	t.listen = at;
	t.family = (uint8_t)family;
	t.port = 69;
	(void)snprintf(text, sizeof text, "%s", addresses);
	for (char *w = strtok(text, " "); w; w = strtok(NULL, " "))
		ck_assert(peer_parse(w, &at[t.nlisten++]));
	return listen_list(&t, l, &n);
}

static const char *
shown(size_t i)
{
	static char text[PEER_TEXT];

	ck_assert_uint_lt(i, n);
	return peer_text(&l[i].at, text);
}

START_TEST(one_address_and_both_ports)
{
	ck_assert_ptr_null(listens("::", CONF_FAMILY_BOTH));
	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(shown(0), "[::]:69");
	ck_assert(!l[0].v6only && !l[0].large);
	t.large_port = 59;
	ck_assert_ptr_null(listen_list(&t, l, &n));
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(shown(1), "[::]:59");
	ck_assert(l[1].large);
}
END_TEST

START_TEST(an_address_with_a_port_has_only_that)
{
	ck_assert_ptr_null(
	    listens("192.0.2.1 192.0.2.2:1069 [2001:db8::1]:169 :70",
		CONF_FAMILY_BOTH));
	ck_assert_uint_eq(n, 4);
	ck_assert_str_eq(shown(0), "192.0.2.1:69");
	ck_assert_str_eq(shown(1), "192.0.2.2:1069");
	ck_assert_str_eq(shown(2), "[2001:db8::1]:169");
	ck_assert_str_eq(shown(3), "[::]:70");
	t.large_port = 1069;
	ck_assert_ptr_null(listen_list(&t, l, &n));
	ck_assert_uint_eq(n, 5);
	ck_assert(l[2].large);
}
END_TEST

START_TEST(one_family_takes_its_half_of_all)
{
	ck_assert_ptr_null(listens("::", CONF_FAMILY_IPV4));
	ck_assert_str_eq(shown(0), "0.0.0.0:69");
	ck_assert_ptr_null(listens("::", CONF_FAMILY_IPV6));
	ck_assert_str_eq(shown(0), "[::]:69");
	ck_assert(l[0].v6only);
}
END_TEST

START_TEST(both_wildcards_share_the_port)
{
	ck_assert_ptr_null(listens("0.0.0.0 ::", CONF_FAMILY_BOTH));
	ck_assert_uint_eq(n, 2);
	ck_assert(!l[0].v6only && l[1].v6only);
	ck_assert_ptr_null(listens("0.0.0.0:70 ::", CONF_FAMILY_BOTH));
	ck_assert(!l[1].v6only);
}
END_TEST

START_TEST(an_address_of_the_other_family_is_told)
{
	ck_assert_ptr_nonnull(listens("fd00::1", CONF_FAMILY_IPV4));
	ck_assert_ptr_nonnull(listens("192.0.2.1", CONF_FAMILY_IPV6));
	ck_assert_ptr_null(listens("192.0.2.1", CONF_FAMILY_IPV4));
	ck_assert_ptr_null(listens("fd00::1", CONF_FAMILY_IPV6));
}
END_TEST

START_TEST(no_port_at_all_is_told)
{
	(void)listens("::", CONF_FAMILY_BOTH);
	t.port = 0;
	ck_assert_ptr_nonnull(listen_list(&t, l, &n));
	t.large_port = 59;
	ck_assert_ptr_null(listen_list(&t, l, &n));
	ck_assert_uint_eq(n, 1);
	ck_assert(l[0].large);
}
END_TEST

START_TEST(a_change_is_seen)
{
	struct peer other[2];
	struct conf_tftpd u;

	(void)listens("192.0.2.1 192.0.2.2", CONF_FAMILY_BOTH);
	u = t;
	ck_assert(listen_same(&t, &u));
	memcpy(other, at, sizeof other);
	u.listen = other;
	ck_assert(listen_same(&t, &u));
	other[1].port = 5;
	ck_assert(!listen_same(&t, &u));
	u = t;
	u.nlisten = 1;
	ck_assert(!listen_same(&t, &u));
	u = t;
	u.family = CONF_FAMILY_IPV4;
	ck_assert(!listen_same(&t, &u));
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {one_address_and_both_ports,
	    an_address_with_a_port_has_only_that,
	    one_family_takes_its_half_of_all, both_wildcards_share_the_port,
	    an_address_of_the_other_family_is_told, no_port_at_all_is_told,
	    a_change_is_seen, NULL};

	return unit_main("listen", tests);
}
