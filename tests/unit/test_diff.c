/* The search is held to two judges that know nothing of it: applying what it says must give the
 * other text, and a table of the longest common subsequence must find no shorter way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/diff.h"
#include "core/revision.h"

static uint32_t seed = 1;

static uint32_t random_below(uint32_t limit)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % limit;
}

struct pair {
	struct arena arena;
	struct diff_text old, new;
	struct diff diff;
	struct str text;
};

static void compare_texts(struct pair *pair, const char *old, const char *new)
{
	*pair = (struct pair){0};
	pair->old = diff_lines(&pair->arena, old, strlen(old), 1);
	pair->new = diff_lines(&pair->arena, new, strlen(new), 1);
	diff_find(&pair->arena, &pair->old, &pair->new, &pair->diff);
	diff_unified(&pair->text, &pair->old, &pair->new, &pair->diff);
}

static void release(struct pair *pair)
{
	str_release(&pair->text);
	arena_release(&pair->arena);
}

static void add_lines(struct str *out, const struct diff_text *text, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		str_add_bytes(out, text->line[i].text, text->line[i].size);
		str_add_char(out, '\n');
	}
}

/* Old lines where nothing changed, new ones where something did. */
static void assert_changes_lead_to(const struct pair *pair, const char *new)
{
	struct str got = {0};
	uint32_t at = 0;

	for (uint32_t i = 0; i < pair->diff.count; i++) {
		const struct diff_change *change = &pair->diff.change[i];

		assert_true(change->from >= at + (i > 0));
		add_lines(&got, &pair->old, at, change->from);
		add_lines(&got, &pair->new, change->to, change->to + change->added);
		at = change->from + change->removed;
	}
	add_lines(&got, &pair->old, at, pair->old.count);
	assert_string_equal(str_text(&got), new);
	str_release(&got);
}

static uint32_t size_of(const struct diff *diff)
{
	uint32_t size = 0;

	for (uint32_t i = 0; i < diff->count; i++)
		size += diff->change[i].removed + diff->change[i].added;
	return size;
}

static const char *next_line(const char *at)
{
	const char *newline = strchr(at, '\n');

	return newline ? newline + 1 : at + strlen(at);
}

/* The unified text as patch(1) reads it: numbers, contexts and all. */
static void assert_patch_leads_to(const struct pair *pair, const char *old, const char *new)
{
	const char *at = str_text(&pair->text);
	struct str got = {0};
	unsigned line = 1;

	while (*at) {
		unsigned from, removed = 1, to, added = 1;
		int size = 0;

		assert_int_equal(*at, '@');
		if (sscanf(at, "@@ -%u,%u%n", &from, &removed, &size) < 2)
			assert_int_equal(sscanf(at, "@@ -%u%n", &from, &size), 1);
		if (sscanf(at + size, " +%u,%u @@", &to, &added) < 2)
			assert_int_equal(sscanf(at + size, " +%u @@", &to), 1);
		for (from += !removed; line < from; line++, old = next_line(old))
			str_add_bytes(&got, old, (size_t)(next_line(old) - old));
		at = next_line(at);
		for (; *at && *at != '@'; at = next_line(at)) {
			size_t length = (size_t)(next_line(at) - at) - 1;

			if (*at != '+') {
				assert_memory_equal(old, at + 1, length);
				old = next_line(old);
				line++;
				removed--;
			}
			if (*at != '-') {
				str_add_bytes(&got, at + 1, length);
				added--;
			}
		}
		assert_int_equal(removed, 0);
		assert_int_equal(added, 0);
	}
	str_add(&got, old);
	assert_string_equal(str_text(&got), new);
	str_release(&got);
}

/* The fewest lines to take out and put in, by the table over both texts. */
static uint32_t fewest(const struct diff_text *old, const struct diff_text *new)
{
	uint32_t *row = calloc(new->count + 1, sizeof *row), result;

	for (uint32_t i = 0; i < old->count; i++) {
		uint32_t corner = 0;

		for (uint32_t k = 0; k < new->count; k++) {
			uint32_t above = row[k + 1];
			bool same = old->line[i].size == new->line[k].size &&
				    !memcmp(old->line[i].text, new->line[k].text,
					    old->line[i].size);

			row[k + 1] = same ? corner + 1 : above > row[k] ? above : row[k];
			corner = above;
		}
	}
	result = old->count + new->count - 2 * row[new->count];
	free(row);
	return result;
}

static void random_text(struct str *text, uint32_t lines, uint32_t letters)
{
	str_clear(text);
	for (uint32_t i = 0; i < lines; i++)
		str_printf(text, "%c\n", 'a' + (int)random_below(letters));
}

/* Some lines gone, some new, some moved. */
static void edited_text(struct str *text, const char *from, uint32_t letters)
{
	str_clear(text);
	for (; *from; from = next_line(from)) {
		uint32_t luck = random_below(10);

		if (luck == 0)
			continue;
		if (luck == 1)
			str_printf(text, "%c\n", 'a' + (int)random_below(letters));
		str_add_bytes(text, from, (size_t)(next_line(from) - from));
	}
}

static void applying_the_changes_gives_the_other_text_and_none_is_too_many(void **state)
{
	struct str old = {0}, new = {0};

	(void)state;
	str_add(&new, "");
	for (int round = 0; round < 4000; round++) {
		uint32_t letters = 1 + random_below(round % 3 ? 4 : 26);
		struct pair pair;

		seed = (uint32_t)round;
		random_text(&old, random_below(30), letters);
		if (round % 2)
			random_text(&new, random_below(30), letters);
		else
			edited_text(&new, str_text(&old), letters);
		compare_texts(&pair, str_text(&old), str_text(&new));
		assert_changes_lead_to(&pair, str_text(&new));
		assert_patch_leads_to(&pair, str_text(&old), str_text(&new));
		assert_int_equal(size_of(&pair.diff), fewest(&pair.old, &pair.new));
		release(&pair);
	}
	str_release(&old);
	str_release(&new);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fputs(text, file) < 0, 0);
	assert_int_equal(fclose(file), 0);
}

/* What diff(1) prints behind the two lines with names. */
static void system_diff(const char *directory, const char *old, const char *new, struct str *out)
{
	char left[64], right[64], command[256], block[4096];
	size_t size;
	FILE *pipe;

	snprintf(left, sizeof left, "%s/old", directory);
	snprintf(right, sizeof right, "%s/new", directory);
	write_file(left, old);
	write_file(right, new);
	snprintf(command, sizeof command, "diff -d -U3 %s %s | tail -n +3", left, right);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	str_clear(out);
	while ((size = fread(block, 1, sizeof block, pipe)))
		str_add_bytes(out, block, size);
	pclose(pipe);
	unlink(left);
	unlink(right);
}

static uint32_t count_signs(const char *text)
{
	uint32_t count = 0;

	for (; *text; text = next_line(text))
		count += *text == '+' || *text == '-';
	return count;
}

/* Which of several shortest ways is taken may differ; where there is one only, the texts are the
 * same. */
static void diff_of_the_system_agrees(void **state)
{
	static const char plain[] = "create\na\nb\nc\n);\n\ncreate\nd\ne\n);\n\ngrant\nrevoke\n";
	static const char *const edited[] = {"create\na\nB\nc\n);\n\ncreate\nd\ne\n);\n\ngrant\n"
					     "revoke\n",
		"", "create\n",
		"new\ncreate\na\nb\nc\n);\n\ncreate\nd\ne\n);\n\ngrant\nrevoke\nx\n",
		"create\na\nb\nc\nd\n);\n\ncreate\ne\n);\n\ngrant\nrevoke\n",
		"a\nb\nc\n);\n\ncreate\nd\ne\n);\n\nrevoke\n"};
	char directory[] = "/tmp/migrate-diff.XXXXXX";
	struct str old = {0}, new = {0}, theirs = {0};
	struct pair pair;

	(void)state;
	if (access("/usr/bin/diff", X_OK) != 0)
		skip();
	assert_non_null(mkdtemp(directory));
	for (size_t i = 0; i < sizeof edited / sizeof *edited; i++) {
		compare_texts(&pair, plain, edited[i]);
		system_diff(directory, plain, edited[i], &theirs);
		assert_string_equal(str_text(&pair.text), str_text(&theirs));
		release(&pair);
	}
	for (uint32_t round = 0; round < 20; round++) {
		seed = 77 + round;
		random_text(&old, 100, 20);
		edited_text(&new, str_text(&old), 20);
		compare_texts(&pair, str_text(&old), str_text(&new));
		system_diff(directory, str_text(&old), str_text(&new), &theirs);
		assert_int_equal(count_signs(str_text(&pair.text)), count_signs(str_text(&theirs)));
		release(&pair);
	}
	assert_int_equal(rmdir(directory), 0);
	str_release(&old);
	str_release(&new);
	str_release(&theirs);
}

static void expect_text(const char *old, const char *new, const char *expected)
{
	struct pair pair;

	compare_texts(&pair, old, new);
	assert_string_equal(str_text(&pair.text), expected);
	release(&pair);
}

static void the_unified_text_counts_and_joins_as_posix_has_it(void **state)
{
	(void)state;
	expect_text("a\nb\n", "a\nb\n", "");
	expect_text("", "a\n", "@@ -0,0 +1 @@\n+a\n");
	expect_text("a\n", "", "@@ -1 +0,0 @@\n-a\n");
	expect_text("1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\nx\n6\n7\n8\n",
		"@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n");
	/* six common lines join two changes, seven do not */
	expect_text("a\n1\n2\n3\n4\n5\n6\nb\n", "1\n2\n3\n4\n5\n6\n",
		"@@ -1,8 +1,6 @@\n-a\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n");
	expect_text("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "1\n2\n3\n4\n5\n6\n7\n",
		"@@ -1,4 +1,3 @@\n-a\n 1\n 2\n 3\n@@ -6,4 +5,3 @@\n 5\n 6\n 7\n-b\n");
}

static void a_repeated_line_is_added_behind_the_ones_that_were_there(void **state)
{
	(void)state;
	expect_text("x\na;\n\nb;\n", "x\na;\n\na;\n\nb;\n",
		"@@ -1,4 +1,6 @@\n x\n a;\n \n+a;\n+\n b;\n");
	expect_text("a\na\na\nb\n", "a\nb\n", "@@ -1,4 +1,2 @@\n a\n-a\n-a\n b\n");
}

static void lines_are_numbered_as_in_their_file(void **state)
{
	struct pair pair = {0};

	(void)state;
	pair.old = diff_lines(&pair.arena, "a\nb\n", 4, 9);
	pair.new = diff_lines(&pair.arena, "a\nc\n", 4, 12);
	diff_find(&pair.arena, &pair.old, &pair.new, &pair.diff);
	diff_unified(&pair.text, &pair.old, &pair.new, &pair.diff);
	assert_string_equal(str_text(&pair.text), "@@ -9,2 +12,2 @@\n a\n-b\n+c\n");
	release(&pair);
}

static void nothing_in_the_text_steers_a_terminal(void **state)
{
	struct pair pair;

	(void)state;
	compare_texts(&pair, "a\n", "\033[2Jx\r\x07\xc2\x9b\xff\tend\n");
	assert_string_equal(str_text(&pair.text),
		"@@ -1 +1 @@\n-a\n+\\x1b[2Jx\\x0d\\x07\\xc2\\x9b\\xff\tend\n");
	release(&pair);
}

static void long_lines_and_long_diffs_are_cut(void **state)
{
	struct str old = {0}, new = {0};
	struct pair pair;

	(void)state;
	for (int i = 0; i < 999; i++)
		str_add(&new, "x");
	str_add(&new, "äy\n");
	compare_texts(&pair, "", str_text(&new));
	assert_int_equal(pair.text.size, strlen("@@ -0,0 +1 @@\n+") + 999 + strlen("…\n"));
	assert_string_equal(pair.text.text + pair.text.size - 5, "x…\n");
	release(&pair);

	str_clear(&new);
	for (int i = 0; i < 20000; i++)
		str_printf(&new, "%d\n", i);
	compare_texts(&pair, "", str_text(&new));
	assert_non_null(strstr(pair.text.text, "+9999\n... 10000 more lines\n"));
	assert_changes_lead_to(&pair, str_text(&new));
	release(&pair);
	str_release(&old);
	str_release(&new);
}

/* Every line changes its place: the search gives up, and the answer is still one. */
static void the_time_has_a_limit(void **state)
{
	struct str old = {0}, new = {0};
	struct timespec start, end;
	struct pair pair;

	(void)state;
	for (uint32_t i = 0; i < 300000; i++) {
		str_printf(&old, "%u\n", random_below(5000));
		str_printf(&new, "%u\n", random_below(5000));
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	compare_texts(&pair, str_text(&old), str_text(&new));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	assert_true(end.tv_sec - start.tv_sec < 20);
	assert_changes_lead_to(&pair, str_text(&new));
	release(&pair);
	str_release(&old);
	str_release(&new);
}

/* A million lines and two edits far apart. */
static void a_large_script_with_small_edits_is_compared_exactly(void **state)
{
	struct str old = {0}, new = {0};
	struct pair pair;

	(void)state;
	for (uint32_t i = 0; i < 1000000; i++) {
		str_printf(&old, "INSERT %u;\n", i % 1000);
		if (i != 10)
			str_printf(&new, "INSERT %u;\n", i == 999990 ? 4711 : i % 1000);
	}
	compare_texts(&pair, str_text(&old), str_text(&new));
	assert_int_equal(pair.diff.count, 2);
	assert_int_equal(size_of(&pair.diff), 3);
	release(&pair);
	str_release(&old);
	str_release(&new);
}

static void random_script(struct str *text)
{
	static const char *const parts[] = {"a", "b", " ", "\t", "\r", "\n", "\n", "\xef\xbb\xbf"};

	str_clear(text);
	for (uint32_t size = random_below(12); size; size--)
		str_add(text, parts[random_below(8)]);
}

static void scripts_differ_exactly_where_their_checksums_do(void **state)
{
	struct str left = {0}, right = {0};
	int same = 0;

	(void)state;
	for (uint32_t round = 0; round < 20000; round++) {
		char a[CHECKSUM_SIZE], b[CHECKSUM_SIZE];
		struct arena arena = {0};
		struct diff_text old, new;
		struct diff diff;

		seed = round;
		random_script(&left);
		random_script(&right);
		script_checksum(str_text(&left), left.size, a);
		script_checksum(str_text(&right), right.size, b);
		old = diff_script(&arena, str_text(&left), left.size, 1);
		new = diff_script(&arena, str_text(&right), right.size, 1);
		diff_find(&arena, &old, &new, &diff);
		assert_int_equal(diff.count == 0, !strcmp(a, b));
		same += diff.count == 0;
		arena_release(&arena);
	}
	assert_true(same > 100);
	str_release(&left);
	str_release(&right);
}

static void lines_past_the_limit_are_one(void **state)
{
	enum { LIMIT = 2 * 1000 * 1000, MORE = 4, SIZE = 2 * (LIMIT + MORE) };
	char *text = malloc(SIZE);
	struct arena arena = {0};
	struct diff_text lines;

	(void)state;
	for (size_t i = 0; i < SIZE; i++)
		text[i] = i % 2 ? '\n' : 'a';
	lines = diff_script(&arena, text, SIZE, 1);
	assert_int_equal(lines.count, LIMIT + 1);
	assert_int_equal(lines.line[LIMIT - 1].size, 1);
	assert_ptr_equal(lines.line[LIMIT].text, text + 2 * LIMIT);
	assert_int_equal(lines.line[LIMIT].size, 2 * MORE);
	arena_release(&arena);
	free(text);
}

static void whole_texts_differ_by_their_lines(void **state)
{
	struct arena arena = {0};
	struct str old = {0}, new = {0};

	(void)state;
	assert_null(diff_texts(&arena, "h\n", &old, &new));
	str_add(&old, "a\nb\n");
	str_add(&new, "a\nb");
	assert_null(diff_texts(&arena, "h\n", &old, &new));
	str_add(&new, "\nc\n");
	assert_string_equal(
		diff_texts(&arena, "h\n", &old, &new), "h\n@@ -1,2 +1,3 @@\n a\n b\n+c\n");
	str_release(&old);
	str_release(&new);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(applying_the_changes_gives_the_other_text_and_none_is_too_many),
		cmocka_unit_test(diff_of_the_system_agrees),
		cmocka_unit_test(lines_past_the_limit_are_one),
		cmocka_unit_test(the_unified_text_counts_and_joins_as_posix_has_it),
		cmocka_unit_test(a_repeated_line_is_added_behind_the_ones_that_were_there),
		cmocka_unit_test(lines_are_numbered_as_in_their_file),
		cmocka_unit_test(nothing_in_the_text_steers_a_terminal),
		cmocka_unit_test(long_lines_and_long_diffs_are_cut),
		cmocka_unit_test(the_time_has_a_limit),
		cmocka_unit_test(a_large_script_with_small_edits_is_compared_exactly),
		cmocka_unit_test(scripts_differ_exactly_where_their_checksums_do),
		cmocka_unit_test(whole_texts_differ_by_their_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
