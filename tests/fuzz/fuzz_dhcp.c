/*
 * fuzz_dhcp.c - any bytes as a DHCP message: it is read or refused; what was
 * read, written again by each set of rules, reads back the same.
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "dhcp.h"
#include "fuzz.h"
#include "pxe.h"

static void
check(bool ok)
{
	if (!ok)
		abort();
}

static void
read_pxe(const struct dhcp_msg *m)
{
	struct pxe_client p;
	size_t len = 0;
	const uint8_t *v = dhcp_get(m, DHCP_VENDOR_OPTIONS, &len);

	pxe_client_read(&p, m);
	check(p.narch <= PXE_ARCHS);
	check(!p.uuid || p.uuid_len == 17);
	(void)pxe_user_class(m, "iPXE");
	(void)pxe_offer_judge(v, len, true, true);
	(void)pxe_offer_judge(v, len, false, false);
}

/* Every option of b stands in a, byte for byte. */
static void
check_options(const struct dhcp_msg *a, const struct dhcp_msg *b)
{
	for (size_t i = 0; i < b->norder; i++) {
		size_t la = 0, lb = 0;
		const uint8_t *va = dhcp_get(a, b->order[i], &la);
		const uint8_t *vb = dhcp_get(b, b->order[i], &lb);

		if (b->order[i] == DHCP_OVERLOAD)
			continue;
		check(va && vb && la == lb && memcmp(va, vb, la) == 0);
	}
}

static void
write_and_read(const struct dhcp_msg *m, const struct dhcp_encode_rules *r)
{
	static struct dhcp_msg back;
	static uint8_t buf[DHCP_MAX_LEN];
	unsigned int dropped = 0;
	size_t len = dhcp_encode(m, r, buf, sizeof buf, &dropped);

	check(len >= DHCP_MIN_LEN && len <= r->max_len);
	/* without its cookie a type may be anything */
	if (dhcp_decode(&back, buf, len) != DHCP_OK)
		abort();
	check(!r->bootp || len == DHCP_MIN_LEN ||
	      dhcp_has(&back, DHCP_RELAY_AGENT));
	check(back.xid == m->xid && back.giaddr.v == m->giaddr.v);
	check(memcmp(back.chaddr, m->chaddr, sizeof m->chaddr) == 0);
	check(strcmp(back.file, m->file) == 0 || m->file[0] == '\0');
	check(!(r->no_overload && dhcp_has(&back, DHCP_OVERLOAD)));
	check_options(m, &back);
	check(back.norder + dropped ==
	      m->norder + (unsigned int)dhcp_has(&back, DHCP_OVERLOAD));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct dhcp_encode_rules rules[] = {
	    {.max_len = DHCP_DEFAULT_MAX},
	    {.max_len = DHCP_DEFAULT_MAX, .no_overload = true},
	    {.max_len = DHCP_MIN_LEN}, {.max_len = DHCP_MAX_LEN},
	    {.max_len = DHCP_MAX_LEN, .bootp = true}};
	static struct dhcp_msg m;
	enum dhcp_err e = dhcp_decode(&m, data, size);

	check(dhcp_err_text(e)[0] != '\0');
	if (e != DHCP_OK)
		return 0;
	check(dhcp_type_text(m.type)[0] != '\0');
	read_pxe(&m);
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		write_and_read(&m, &rules[i]);
	return 0;
}
