/*
 * tftp.c - TFTP packets and option texts.
 *
 * RFC 1350 (packets), 2347 (options, OACK), 2348 (blksize), 2349 (timeout,
 * tsize), 7440 (windowsize), 2090 (multicast); blksize2 and rollover are
 * tftp-hpa's.  What a value means is not decided here: numbers are handed
 * over as they were asked.
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "addr.h"
#include "tftp.h"
#include "wire.h"

static const struct {
	const char *name; /* of 16 letters at most */
	enum tftp_opt opt;
} options[] = {
    {"blksize", TFTP_OPT_BLKSIZE},
    {"tsize", TFTP_OPT_TSIZE},
    {"timeout", TFTP_OPT_TIMEOUT},
    {"windowsize", TFTP_OPT_WINDOWSIZE},
    {"multicast", TFTP_OPT_MULTICAST},
    {"rollover", TFTP_OPT_ROLLOVER},
    {"blksize2", TFTP_OPT_BLKSIZE2},
};

enum {
	EFI_DIR = 7, /* opcode */
	NOPTIONS = sizeof options / sizeof options[0]
};

static const struct {
	const char *text;
	enum tftp_mode mode;
} modes[] = {
    {"octet", TFTP_OCTET},
    {"netascii", TFTP_NETASCII},
    {"mail", TFTP_MAIL},
};

/* The number behind a text that has to be one of at most 32 bits. */
static bool
number32(const char *text, uint32_t *ret)
{
	uint64_t v;

	if (!text_number(text, 0, UINT32_MAX, &v))
		return false;
	*ret = (uint32_t)v;
	return true;
}

static bool
option_value(struct tftp_opts *o, enum tftp_opt opt, const char *value)
{
	switch (opt) {
	case TFTP_OPT_BLKSIZE:
		return number32(value, &o->blksize);
	case TFTP_OPT_BLKSIZE2:
		return number32(value, &o->blksize2);
	case TFTP_OPT_TSIZE:
		return text_number(value, 0, UINT64_MAX, &o->tsize);
	case TFTP_OPT_TIMEOUT:
		return number32(value, &o->timeout_s);
	case TFTP_OPT_WINDOWSIZE:
		return number32(value, &o->windowsize);
	case TFTP_OPT_ROLLOVER:
		return number32(value, &o->rollover);
	case TFTP_OPT_MULTICAST:
		return true; /* empty in a request */
	}
	return false;
}

/* Bit i: letter i is a capital. */
static uint16_t
capitals_of(const char *name)
{
	unsigned int bits = 0;

	for (unsigned int i = 0; name[i]; i++)
		if (name[i] >= 'A' && name[i] <= 'Z')
			bits |= 1u << i;
	return (uint16_t)bits;
}

static void
option_take(struct tftp_opts *o, const char *name, const char *value)
{
	for (size_t i = 0; i < NOPTIONS; i++) {
		enum tftp_opt opt = options[i].opt;

		if (strcasecmp(name, options[i].name) != 0)
			continue;
		if ((o->asked | o->bad) & (unsigned int)opt)
			return; /* again: the first counts */
		if (!option_value(o, opt, value)) {
			o->bad |= (unsigned int)opt;
			return;
		}
		o->asked |= (unsigned int)opt;
		o->capitals[o->norder] = capitals_of(name);
		o->order[o->norder++] = opt;
		return;
	}
	if (name[0])
		o->unknown++;
}

/* Pairs to the end; a name without its value is no option. */
static void
decode_options(struct tftp_opts *o, struct wire_r *r)
{
	while (wire_r_left(r)) {
		const char *name = wire_get_str(r, NULL);
		const char *value = wire_get_str(r, NULL);

		if (name && value)
			option_take(o, name, value);
	}
}

/*
 * ROMs exist that leave junk directly behind the mode, so its beginning
 * decides.
 */
static enum tftp_mode
decode_mode(const char *text)
{
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
		if (strncasecmp(text, modes[i].text, strlen(modes[i].text)) ==
		    0)
			return modes[i].mode;
	return TFTP_MODE_OTHER;
}

static enum tftp_err
decode_request(struct tftp_pkt *p, struct wire_r *r)
{
	const char *mode;

	p->name = wire_get_str(r, &p->name_len);
	if (!p->name || p->name_len == 0 || p->name_len > TFTP_NAME_MAX)
		return TFTP_ENAME;
	mode = wire_get_str(r, NULL);
	if (!mode || !mode[0])
		return TFTP_EMODE;
	p->mode = decode_mode(mode);
	decode_options(&p->opts, r);
	return TFTP_OK;
}

static enum tftp_err
decode_block(struct tftp_pkt *p, struct wire_r *r)
{
	p->block = wire_get_be16(r);
	if (r->bad)
		return TFTP_ESHORT;
	if (p->op == TFTP_DATA) {
		p->data_len = wire_r_left(r);
		p->data = wire_get_ptr(r, p->data_len);
	}
	return TFTP_OK;
}

static enum tftp_err
decode_error(struct tftp_pkt *p, struct wire_r *r)
{
	const char *nul;

	p->code = wire_get_be16(r);
	if (r->bad)
		return TFTP_ESHORT;
	p->msg_len = wire_r_left(r);
	p->msg = (const char *)wire_get_ptr(r, p->msg_len);
	nul = p->msg ? memchr(p->msg, '\0', p->msg_len) : NULL;
	if (nul)
		p->msg_len = (size_t)(nul - p->msg);
	return TFTP_OK;
}

enum tftp_err
tftp_decode(struct tftp_pkt *p, uint8_t *buf, size_t len)
{
	struct wire_r r;
	uint16_t op;

	memset(p, 0, sizeof *p);
	wire_r_init(&r, buf, len);
	op = wire_get_be16(&r);
	if (r.bad)
		return TFTP_ESHORT;
	p->op = (enum tftp_op)op;
	switch (op) {
	case TFTP_RRQ:
	case TFTP_WRQ:
	case TFTP_OACK:
		buf[len] = '\0';
		if (buf[len - 1] != '\0' && len > 2)
			r.end++; /* the last NUL is missing */
		if (op != TFTP_OACK)
			return decode_request(p, &r);
		decode_options(&p->opts, &r);
		return TFTP_OK;
	case TFTP_DATA:
	case TFTP_ACK:
		return decode_block(p, &r);
	case TFTP_ERROR:
		return decode_error(p, &r);
	default:
		return TFTP_EOPCODE;
	}
}

static size_t
written(const struct wire_w *w)
{
	return w->bad ? 0 : wire_w_len(w);
}

bool
tftp_is_dir(const uint8_t *buf, size_t len)
{
	size_t i = 2;

	if (len < i || buf[0] != 0 || buf[1] != EFI_DIR)
		return false;
	while (i < len && buf[i] > ' ' && buf[i] < 0x7f)
		i++;
	return i > 2 && i < len && buf[i] == '\0';
}

size_t
tftp_put_error(uint8_t *buf, size_t size, uint16_t code, const char *msg)
{
	struct wire_w w;

	wire_w_init(&w, buf, size);
	wire_put_be16(&w, TFTP_ERROR);
	wire_put_be16(&w, code);
	wire_put_str(&w, msg);
	return written(&w);
}

size_t
tftp_put_ack(uint8_t *buf, size_t size, uint16_t block)
{
	struct wire_w w;

	wire_w_init(&w, buf, size);
	wire_put_be16(&w, TFTP_ACK);
	wire_put_be16(&w, block);
	return written(&w);
}

void
tftp_put_data_header(uint8_t buf[static TFTP_HEADER], uint16_t block)
{
	struct wire_w w;

	wire_w_init(&w, buf, TFTP_HEADER);
	wire_put_be16(&w, TFTP_DATA);
	wire_put_be16(&w, block);
}

static uint64_t
option_number(const struct tftp_opts *o, enum tftp_opt opt)
{
	switch (opt) {
	case TFTP_OPT_BLKSIZE:
		return o->blksize;
	case TFTP_OPT_BLKSIZE2:
		return o->blksize2;
	case TFTP_OPT_TSIZE:
		return o->tsize;
	case TFTP_OPT_TIMEOUT:
		return o->timeout_s;
	case TFTP_OPT_WINDOWSIZE:
		return o->windowsize;
	case TFTP_OPT_ROLLOVER:
		return o->rollover;
	case TFTP_OPT_MULTICAST:
		break;
	}
	return 0;
}

static void
put_option_name(struct wire_w *w, enum tftp_opt opt, unsigned int capitals)
{
	char text[16 + 1] = "";

	for (size_t i = 0; i < NOPTIONS; i++)
		if (options[i].opt == opt)
			(void)snprintf(
			    text, sizeof text, "%s", options[i].name);
	for (unsigned int i = 0; text[i]; i++)
		if (capitals >> i & 1)
			text[i] = (char)(text[i] - 'a' + 'A');
	wire_put_str(w, text);
}

/* The option that was asked as number i. */
static void
put_option(struct wire_w *w, const struct tftp_opts *o, unsigned int i)
{
	enum tftp_opt opt = o->order[i];
	char text[24];

	put_option_name(w, opt, o->capitals[i]);
	if (opt == TFTP_OPT_MULTICAST) {
		wire_put_str(w, o->multicast ? o->multicast : "");
		return;
	}
	(void)snprintf(text, sizeof text, "%" PRIu64, option_number(o, opt));
	wire_put_str(w, text);
}

static void
put_options(struct wire_w *w, const struct tftp_opts *o, unsigned int which)
{
	for (unsigned int i = 0; i < o->norder; i++)
		if (which & (unsigned int)o->order[i])
			put_option(w, o, i);
}

size_t
tftp_put_oack(
    uint8_t *buf, size_t size, const struct tftp_opts *o, unsigned int granted)
{
	struct wire_w w;

	wire_w_init(&w, buf, size);
	wire_put_be16(&w, TFTP_OACK);
	put_options(&w, o, granted);
	return written(&w);
}

size_t
tftp_put_rrq(uint8_t *buf, size_t size, const char *name, enum tftp_mode mode,
    const struct tftp_opts *o)
{
	struct wire_w w;

	wire_w_init(&w, buf, size);
	wire_put_be16(&w, TFTP_RRQ);
	wire_put_str(&w, name);
	wire_put_str(&w, tftp_mode_text(mode));
	if (o)
		put_options(&w, o, o->asked);
	return written(&w);
}

const char *
tftp_code_text(uint16_t code)
{
	static const char *const texts[] = {
	    [TFTP_EUNDEF] = "undefined error",
	    [TFTP_ENOTFOUND] = "file not found",
	    [TFTP_EACCESS] = "access violation",
	    [TFTP_EFULL] = "disk full",
	    [TFTP_EILLEGAL] = "illegal TFTP operation",
	    [TFTP_EUNKNOWNTID] = "unknown transfer ID",
	    [TFTP_EEXISTS] = "file already exists",
	    [TFTP_ENOUSER] = "no such user",
	    [TFTP_EOPTION] = "option negotiation failed",
	};

	return code < sizeof texts / sizeof texts[0] ? texts[code]
						     : "unknown error";
}

bool
tftp_opt_parse(const char *name, unsigned int *ret)
{
	if (strcasecmp(name, "utimeout") == 0) {
		*ret = 0;
		return true;
	}
	for (size_t i = 0; i < NOPTIONS; i++)
		if (strcasecmp(name, options[i].name) == 0) {
			*ret = options[i].opt;
			return true;
		}
	return false;
}

const char *
tftp_mode_text(enum tftp_mode mode)
{
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
		if (modes[i].mode == mode)
			return modes[i].text;
	return "other";
}
