/*
 * unit.h - the main() that every unit test shares.  A test file lists its
 * tests (by START_TEST, their names sentences) and hands the list over.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_UNIT_H
#define REMOTEBOOT_UNIT_H

#include <check.h>
#include <stdlib.h>

/* Run the tests of the NULL-terminated list as one suite. */
static inline int
unit_main(const char *name, const TTest *const *tests)
{
	Suite *suite = suite_create(name);
	SRunner *runner;
	int failed;

	for (; *tests; tests++) {
		TCase *tc = tcase_create((*tests)->name);

		tcase_set_timeout(tc, 60);
		tcase_add_test(tc, *tests);
		suite_add_tcase(suite, tc);
	}
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
