/* testname: the names of databases that migrate makes for a while. Pure.
 *
 * The name is the proof of who made a database: its last eight digits are a fingerprint of the
 * rest, which nobody writes by accident, so that nothing else is ever dropped. All names are
 * lower-case letters, digits and `_`, and shorter than the 63 bytes that PostgreSQL keeps of a
 * name. */
#ifndef MIGRATE_CORE_TESTNAME_H
#define MIGRATE_CORE_TESTNAME_H

#include <stdbool.h>
#include <stdint.h>

enum testname_kind {
	TESTNAME_NONE,     /* not ours */
	TESTNAME_TEST,     /* migrate_test_<time><random><fingerprint> */
	TESTNAME_TEMPLATE, /* migrate_template_<digest><fingerprint> */
	TESTNAME_SCRATCH,  /* migrate_temp_<time><random><fingerprint>: for the time of a command */
};

#define TESTNAME_PREFIX "migrate_te"
enum { TESTNAME_SIZE = 64 };

/* time: seconds since 1970. */
void testname_make(char name[TESTNAME_SIZE], int64_t time, uint32_t random);
void testname_scratch(char name[TESTNAME_SIZE], int64_t time, uint32_t random);
/* key: all that the contents of the template depend on. */
void testname_template(char name[TESTNAME_SIZE], const char *key);
/* time: when a test or scratch database was made; 0 for others. */
enum testname_kind testname_kind(const char *name, int64_t *time);

#endif
