/*
 * test_source.c - runs of blocks out of files, octet and netascii.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tftp.h"
#include "tftpd/source.h"
#include "unit.h"

static uint8_t buf[1 << 20];
static FILE *file;

/* A source over a fresh file with these bytes. */
static void
make(struct source *s, const void *p, size_t len, bool netascii,
    uint16_t blksize)
{
	file = tmpfile();
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(p, 1, len, file), len);
	ck_assert_int_eq(fflush(file), 0);
	source_open(s, dup(fileno(file)), len, netascii, blksize);
}

static void
done(struct source *s)
{
	source_close(s);
	ck_assert_int_eq(s->fd, -1);
	(void)fclose(file);
}

static size_t
pattern(uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)(i * 7 + i / 251);
	return len;
}

/* All of the file by runs of count blocks; the data without headers. */
static size_t
read_all(struct source *s, uint32_t count, uint8_t *out)
{
	struct source_run run = {0};
	uint64_t first = 1;
	size_t n = 0;

	while (!run.end) {
		size_t seg = TFTP_HEADER + (size_t)s->blksize, at = 0;

		ck_assert_int_eq(
		    source_read(s, first, count, buf, sizeof buf, &run), 0);
		ck_assert_uint_ge(run.count, 1);
		ck_assert_uint_le(run.count, count);
		for (uint32_t i = 0; i < run.count; i++, at += seg) {
			size_t len = run.len - at < seg ? run.len - at : seg;

			memcpy(out + n, run.at + at + TFTP_HEADER,
			    len - TFTP_HEADER);
			n += len - TFTP_HEADER;
		}
		first += run.count;
		source_forget(s, first);
	}
	return n;
}

START_TEST(octet_is_the_file_whatever_the_run)
{
	static const size_t sizes[] = {
	    0, 1, 511, 512, 513, 1023, 1024, 1025, 32768, 100000};
	static uint8_t in[100000], out[100000];

	static const uint16_t blksizes[] = {512, 1001, 4099};

	(void)pattern(in, sizeof in);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0] * 3; i++)
		for (uint32_t count = 1; count <= 64; count *= 4) {
			struct source s;
			size_t size = sizes[i / 3];

			make(&s, in, size, false, blksizes[i % 3]);
			ck_assert_uint_eq(read_all(&s, count, out), size);
			ck_assert_mem_eq(in, out, size);
			done(&s);
		}
}
END_TEST

START_TEST(octet_leaves_room_for_headers_and_ends_short)
{
	static uint8_t in[1200];
	struct source_run run;
	struct source s;

	(void)pattern(in, sizeof in);
	make(&s, in, sizeof in, false, 512);
	memset(buf, 0xaa, sizeof buf);
	ck_assert_int_eq(source_read(&s, 1, 8, buf, sizeof buf, &run), 0);
	ck_assert_uint_eq(run.count, 3);
	ck_assert_uint_eq(run.len, 516 + 516 + 4 + 176);
	ck_assert(run.end);
	ck_assert_mem_eq(run.at + 4, in, 512);
	ck_assert_mem_eq(run.at + 516 + 4, in + 512, 512);
	ck_assert_mem_eq(run.at + 1032 + 4, in + 1024, 176);
	ck_assert_uint_eq(run.at[1032 + 4 + 176], 0xaa);
	done(&s);
}
END_TEST

START_TEST(octet_block_behind_a_full_last_one_is_empty)
{
	static uint8_t in[1024];
	struct source_run run;
	struct source s;

	make(&s, in, sizeof in, false, 512);
	ck_assert_int_eq(source_read(&s, 3, 1, buf, sizeof buf, &run), 0);
	ck_assert_uint_eq(run.len, 4);
	ck_assert(run.end);
	ck_assert_int_eq(source_read(&s, 4, 1, buf, sizeof buf, &run), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(source_read(&s, 0, 1, buf, sizeof buf, &run), -1);
	done(&s);
}
END_TEST

/* More transfers in turns than there are buffers for lock-step. */
START_TEST(octet_transfers_in_turns_get_their_own_bytes)
{
	enum {
		N = 600,
		BLKSIZE = 100
	};
	static struct source s[N];
	static uint8_t in[N + 10 * BLKSIZE];
	struct source_run run;

	(void)pattern(in, sizeof in);
	for (size_t i = 0; i < N; i++) {
		make(&s[i], in + i, 10 * BLKSIZE, false, BLKSIZE);
		(void)fclose(file);
	}
	for (uint64_t b = 1; b <= 10; b++)
		for (size_t i = 0; i < N; i++) {
			ck_assert_int_eq(
			    source_read(&s[i], b, 1, buf, sizeof buf, &run), 0);
			ck_assert_uint_eq(run.len, TFTP_HEADER + BLKSIZE);
			ck_assert_int_eq(
			    memcmp(run.at + TFTP_HEADER,
				in + i + (b - 1) * BLKSIZE, BLKSIZE),
			    0);
		}
	for (size_t i = 0; i < N; i++)
		source_close(&s[i]);
}
END_TEST

START_TEST(octet_blocks_in_any_order_are_the_files)
{
	static uint8_t in[50000];
	struct source_run run;
	struct source s;

	(void)pattern(in, sizeof in);
	make(&s, in, sizeof in, false, 1000);
	for (uint64_t i = 0; i < 200; i++) {
		uint64_t b = i * 37 % 50 + 1;

		ck_assert_int_eq(
		    source_read(&s, b, 1, buf, sizeof buf, &run), 0);
		ck_assert_int_eq(
		    memcmp(run.at + TFTP_HEADER, in + (b - 1) * 1000, 1000), 0);
	}
	done(&s);
}
END_TEST

/* One small run of a large blksize: the file's end. */
START_TEST(octet_end_of_large_blocks_is_read)
{
	static uint8_t in[65464 + 1152];
	struct source_run run;
	struct source s;

	(void)pattern(in, sizeof in);
	make(&s, in, sizeof in, false, 65464);
	ck_assert_int_eq(source_read(&s, 2, 1, buf, sizeof buf, &run), 0);
	ck_assert_uint_eq(run.len, TFTP_HEADER + 1152);
	ck_assert(run.end);
	ck_assert_int_eq(memcmp(run.at + TFTP_HEADER, in + 65464, 1152), 0);
	done(&s);
}
END_TEST

START_TEST(runs_are_bounded_by_the_buffer_and_by_64)
{
	static uint8_t in[200000];
	struct source_run run;
	struct source s;

	make(&s, in, sizeof in, false, 1024);
	ck_assert_int_eq(source_read(&s, 1, 1000, buf, sizeof buf, &run), 0);
	ck_assert_uint_eq(run.count, SOURCE_RUN);
	ck_assert(!run.end);
	ck_assert_int_eq(
	    source_read(&s, 1, 1000, buf, 3000 + SOURCE_ROOM, &run), 0);
	ck_assert_uint_eq(run.count, 2);
	ck_assert_int_eq(
	    source_read(&s, 1, 1, buf, 1027 + SOURCE_ROOM, &run), -1);
	ck_assert_int_eq(source_read(&s, 1, 1, buf, 10, &run), -1);
	done(&s);
}
END_TEST

START_TEST(octet_grown_file_is_sent_as_long_as_it_was)
{
	static uint8_t in[1000];
	static uint8_t out[4000];
	struct source s;

	make(&s, in, sizeof in, false, 512);
	ck_assert_uint_eq(fwrite(in, 1, 1000, file), 1000);
	ck_assert_int_eq(fflush(file), 0);
	ck_assert_uint_eq(read_all(&s, 4, out), 1000);
	done(&s);
}
END_TEST

START_TEST(shrunken_file_is_an_error_in_both_modes)
{
	static uint8_t in[4000];
	struct source_run run;
	struct source s;

	for (int netascii = 0; netascii < 2; netascii++) {
		make(&s, in, sizeof in, netascii, 512);
		ck_assert_int_eq(ftruncate(fileno(file), 700), 0);
		ck_assert_int_eq(
		    source_read(&s, 1, 1, buf, sizeof buf, &run), 0);
		errno = 0;
		ck_assert_int_eq(
		    source_read(&s, 2, 1, buf, sizeof buf, &run), -1);
		ck_assert_int_eq(errno, ESTALE);
		done(&s);
	}
}
END_TEST

START_TEST(netascii_converts_lf_and_cr)
{
	static const char in[] = "one\ntwo\r\nthree\rfour";
	static const char want[] = "one\r\ntwo\r\0\r\nthree\r\0four";
	static uint8_t out[100];
	struct source s;

	make(&s, in, sizeof in - 1, true, 512);
	ck_assert_uint_eq(read_all(&s, 1, out), sizeof want - 1);
	ck_assert_mem_eq(out, want, sizeof want - 1);
	done(&s);
}
END_TEST

/* RFC 764 conversion, written down once more. */
static size_t
reference(const uint8_t *in, size_t len, uint8_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (in[i] == '\n')
			out[n++] = '\r';
		out[n++] = in[i];
		if (in[i] == '\r')
			out[n++] = '\0';
	}
	return n;
}

START_TEST(netascii_pairs_are_cut_at_every_block_edge)
{
	static uint8_t in[3000], want[6000], out[6000];

	for (size_t len = 0; len < sizeof in; len += 37) {
		struct source s;
		size_t n;

		for (size_t i = 0; i < len; i++)
			in[i] = "\n\r\nab\r\r"[(i * 5 + i / 13) % 7];
		n = reference(in, len, want);
		for (uint16_t blksize = 8; blksize < 20; blksize++) {
			make(&s, in, len, true, blksize);
			ck_assert_uint_eq(
			    read_all(&s, 1 + blksize % 5, out), n);
			ck_assert_mem_eq(out, want, n);
			done(&s);
		}
	}
}
END_TEST

START_TEST(netascii_blocks_read_again_are_the_same)
{
	static uint8_t in[5000], want[10000];
	struct source_run run;
	struct source s;
	size_t n;

	for (size_t i = 0; i < sizeof in; i++)
		in[i] = i % 3 ? 'x' : '\n';
	n = reference(in, sizeof in, want);
	ck_assert_uint_gt(n, 12 * 512);
	make(&s, in, sizeof in, true, 512);
	ck_assert_int_eq(source_read(&s, 1, 8, buf, sizeof buf, &run), 0);
	source_forget(&s, 4); /* the ACK of block 3: 4 was lost */
	ck_assert_int_eq(source_read(&s, 4, 8, buf, sizeof buf, &run), 0);
	ck_assert_mem_eq(run.at + 4, want + 3 * 512, 512);
	ck_assert_mem_eq(run.at + 516 + 4, want + 4 * 512, 512);
	ck_assert_int_eq(source_read(&s, 6, 2, buf, sizeof buf, &run), 0);
	ck_assert_mem_eq(run.at + 4, want + 5 * 512, 512);
	/* a client that starts anew */
	ck_assert_int_eq(source_read(&s, 1, 1, buf, sizeof buf, &run), 0);
	ck_assert_mem_eq(run.at + 4, want, 512);
	ck_assert_int_eq(source_read(&s, 2, 1, buf, sizeof buf, &run), 0);
	ck_assert_mem_eq(run.at + 4, want + 512, 512);
	done(&s);
}
END_TEST

START_TEST(netascii_that_fills_its_last_block_ends_with_an_empty_one)
{
	struct source_run run;
	struct source s;

	make(&s, "1234567\n12345678", 15, true, 8);
	ck_assert_int_eq(source_read(&s, 1, 8, buf, sizeof buf, &run), 0);
	ck_assert_uint_eq(run.count, 3);
	ck_assert_uint_eq(run.len, 12 + 12 + 4);
	ck_assert(run.end);
	done(&s);
}
END_TEST

/* The same for a file that was written some time ago. */
static void
make_settled(struct source *s, const void *p, size_t len, uint16_t blksize)
{
	struct timespec t[2] = {{0}, {0}};

	make(s, p, len, false, blksize);
	source_close(s);
	t[0].tv_sec = t[1].tv_sec = time(NULL) - 100;
	ck_assert_int_eq(futimens(fileno(file), t), 0);
	source_open(s, dup(fileno(file)), len, false, blksize);
}

/* Everything was sent before. */
static void
make_known(struct source *s)
{
	struct source_run run = {0};

	for (int i = 0; i < 2; i++)
		for (uint64_t b = 1; b <= s->size / s->blksize + 1; b += 16)
			(void)source_map(s, b, 16, buf, sizeof buf, &run);
}

/* As read_all(), mapped where that can be; how many runs were. */
static size_t
map_all(struct source *s, uint32_t count, uint8_t *out, size_t *ret_len)
{
	struct source_run run = {0};
	uint64_t first = 1;
	size_t mapped = 0, n = 0;

	for (; !run.end; first += run.count) {
		if (!source_map(s, first, count, buf, sizeof buf, &run)) {
			ck_assert_int_eq(
			    source_read(s, first, 1, buf, sizeof buf, &run), 0);
			ck_assert_ptr_null(run.data);
			memcpy(out + n, run.at + TFTP_HEADER,
			    run.len - TFTP_HEADER);
			n += run.len - TFTP_HEADER;
			continue;
		}
		mapped++;
		ck_assert_ptr_eq(run.at, buf);
		ck_assert_uint_le(run.count, count);
		memcpy(out + n, run.data,
		    run.len - (size_t)run.count * TFTP_HEADER);
		n += run.len - (size_t)run.count * TFTP_HEADER;
	}
	*ret_len = n;
	return mapped;
}

START_TEST(octet_mapped_is_the_file_too)
{
	enum {
		LEN = 5 << 20 /* in three parts */
	};
	static uint8_t in[LEN], out[LEN];
	static const size_t sizes[] = {LEN, LEN - 1, 1408 * 1000, 65536};
	struct source s;
	size_t len;

	(void)pattern(in, sizeof in);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		for (uint32_t count = 1; count <= 64; count *= 8) {
			make_settled(&s, in, sizes[i], 1408);
			make_known(&s);
			ck_assert_int_eq(
			    map_all(&s, count, out, &len) > 0, count > 1);
			ck_assert_uint_eq(len, sizes[i]);
			ck_assert_mem_eq(in, out, len);
			done(&s);
			make_settled(&s, in, sizes[i], 65464);
			make_known(&s);
			ck_assert_uint_gt(map_all(&s, count, out, &len), 0);
			ck_assert_uint_eq(len, sizes[i]);
			ck_assert_mem_eq(in, out, len);
			done(&s);
		}
}
END_TEST

START_TEST(mapped_is_not_what_is_small_fresh_or_netascii)
{
	static uint8_t in[100000];
	struct source_run run;
	struct source s;

	make(&s, in, sizeof in, false, 1408);
	ck_assert(!source_map(&s, 1, 8, buf, sizeof buf, &run));
	done(&s);
	make(&s, in, sizeof in, true, 1408);
	ck_assert(!source_map(&s, 1, 8, buf, sizeof buf, &run));
	done(&s);
	make_settled(&s, in, 10000, 1408);
	make_known(&s);
	ck_assert(!source_map(&s, 1, 8, buf, sizeof buf, &run));
	done(&s);
	make_settled(&s, in, sizeof in, 1408);
	ck_assert(!source_map(&s, 1, 8, buf, sizeof buf, &run));
	make_known(&s);
	ck_assert(source_map(&s, 1, 8, buf, sizeof buf, &run));
	ck_assert(!source_map(&s, 1, 1, buf, sizeof buf, &run));
	ck_assert(!source_map(&s, 1, 8, buf, 8 * TFTP_HEADER - 1, &run));
	ck_assert(!source_map(&s, 0, 8, buf, sizeof buf, &run));
	ck_assert(!source_map(&s, 73, 8, buf, sizeof buf, &run));
	s.mapped = false;
	ck_assert(!source_map(&s, 1, 8, buf, sizeof buf, &run));
	done(&s);
}
END_TEST

/* The rest of its last page is zeros: nobody shall take them for the file. */
START_TEST(mapped_end_of_a_shrunken_file_is_not_sent)
{
	static uint8_t in[100000];
	struct source_run run;
	struct source s;

	make_settled(&s, in, sizeof in, 1408);
	make_known(&s);
	ck_assert(source_map(&s, 70, 8, buf, sizeof buf, &run));
	ck_assert(run.end);
	ck_assert_int_eq(ftruncate(fileno(file), sizeof in - 1), 0);
	ck_assert(!source_map(&s, 70, 8, buf, sizeof buf, &run));
	errno = 0;
	ck_assert_int_eq(source_read(&s, 70, 8, buf, sizeof buf, &run), -1);
	ck_assert_int_eq(errno, ESTALE);
	done(&s);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {octet_is_the_file_whatever_the_run,
	    octet_leaves_room_for_headers_and_ends_short,
	    octet_block_behind_a_full_last_one_is_empty,
	    octet_transfers_in_turns_get_their_own_bytes,
	    octet_blocks_in_any_order_are_the_files,
	    octet_end_of_large_blocks_is_read,
	    runs_are_bounded_by_the_buffer_and_by_64,
	    octet_grown_file_is_sent_as_long_as_it_was,
	    shrunken_file_is_an_error_in_both_modes,
	    octet_mapped_is_the_file_too,
	    mapped_is_not_what_is_small_fresh_or_netascii,
	    mapped_end_of_a_shrunken_file_is_not_sent,
	    netascii_converts_lf_and_cr,
	    netascii_pairs_are_cut_at_every_block_edge,
	    netascii_blocks_read_again_are_the_same,
	    netascii_that_fills_its_last_block_ends_with_an_empty_one, NULL};

	return unit_main("source", tests);
}
