/* testname: made and recognised. */
#include "core/testname.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/revision.h"

static const char test[] = "migrate_test_", template[] = "migrate_template_",
		  scratch[] = "migrate_temp_";
_Static_assert(sizeof test == sizeof scratch, "one place for the time");
enum { TIME = 8, RANDOM = 8, DIGEST = 32, FINGERPRINT = 8 };

/* digits hex digits of the text's SHA-256. */
static void add_digest(char *out, const char *text, size_t digits)
{
	char checksum[CHECKSUM_SIZE];

	script_checksum(text, strlen(text), checksum);
	memcpy(out, strchr(checksum, ':') + 1, digits);
	out[digits] = '\0';
}

static void seal(char name[TESTNAME_SIZE])
{
	add_digest(name + strlen(name), name, FINGERPRINT);
}

void testname_make(char name[TESTNAME_SIZE], int64_t time, uint32_t random)
{
	snprintf(name, TESTNAME_SIZE, "%s%08x%08x", test, (uint32_t)time, random);
	seal(name);
}

void testname_scratch(char name[TESTNAME_SIZE], int64_t time, uint32_t random)
{
	snprintf(name, TESTNAME_SIZE, "%s%08x%08x", scratch, (uint32_t)time, random);
	seal(name);
}

void testname_template(char name[TESTNAME_SIZE], const char *key)
{
	memcpy(name, template, sizeof template);
	add_digest(name + strlen(name), key, DIGEST);
	seal(name);
}

static bool is_sealed(const char *name, const char *prefix, size_t digits)
{
	size_t size = strlen(prefix);
	char again[TESTNAME_SIZE];

	if (strlen(name) != size + digits + FINGERPRINT || strncmp(name, prefix, size) != 0)
		return false;
	memcpy(again, name, size + digits);
	again[size + digits] = '\0';
	seal(again);
	return !strcmp(again, name);
}

enum testname_kind testname_kind(const char *name, int64_t *time)
{
	bool is_scratch = is_sealed(name, scratch, TIME + RANDOM);
	char digits[TIME + 1] = "";

	*time = 0;
	if (is_sealed(name, template, DIGEST))
		return TESTNAME_TEMPLATE;
	if (!is_scratch && !is_sealed(name, test, TIME + RANDOM))
		return TESTNAME_NONE;
	/* Both prefixes are of one length. */
	memcpy(digits, name + sizeof test - 1, TIME);
	*time = (int64_t)strtoul(digits, NULL, 16);
	return is_scratch ? TESTNAME_SCRATCH : TESTNAME_TEST;
}
