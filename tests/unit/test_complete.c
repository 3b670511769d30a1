/* What may stand at the cursor, as the option table has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "../../cmd/complete.h"

enum { WORDS = 16 };

/* line: words separated by single spaces, the one at the cursor last, which may be empty. */
static void read_line(struct arena *arena, struct completion *completion, const char *line)
{
	char *rest = arena_strdup(arena, line), *words[WORDS];
	int count = 0;

	for (char *word; (word = strsep(&rest, " "));) {
		assert_in_range(count, 0, WORDS - 1);
		words[count++] = word;
	}
	complete_read(arena, completion, words, count);
}

static void must_want(
	const char *line, enum complete_kind kind, const char *lead, const char *prefix)
{
	struct completion completion;
	struct arena arena = {0};

	read_line(&arena, &completion, line);
	if (completion.kind != kind || strcmp(completion.lead, lead) != 0 ||
		strcmp(completion.prefix, prefix) != 0)
		fail_msg("\"%s\": kind %u, \"%s\" and \"%s\"", line, completion.kind,
			completion.lead, completion.prefix);
	arena_release(&arena);
}

static void must_offer(const char *line, const char *lines)
{
	struct completion completion;
	struct arena arena = {0};
	struct str out = {0};

	read_line(&arena, &completion, line);
	complete_add_known(&completion, &out);
	if (completion.kind == COMPLETE_REVISION) {
		complete_add_symbols(&completion, &out);
		complete_add_label(&completion, &out, "search");
	}
	assert_string_equal(str_text(&out), lines);
	str_release(&out);
	arena_release(&arena);
}

static void a_word_is_what_its_place_takes(void **state)
{
	(void)state;
	must_want("migrate ", COMPLETE_COMMAND, "", "");
	must_want("migrate -q up", COMPLETE_COMMAND, "", "up");
	must_want("migrate up -", COMPLETE_OPTION, "", "-");
	must_want("migrate upgrade ", COMPLETE_REVISION, "", "");
	must_want("migrate upgrade head ", COMPLETE_NOTHING, "", "");
	must_want("migrate upgrade --dry-run -q ", COMPLETE_REVISION, "", "");
	must_want("migrate merge a b c", COMPLETE_REVISION, "", "c");
	must_want("migrate init ", COMPLETE_DIRECTORY, "", "");
	must_want("migrate help ", COMPLETE_COMMAND, "", "");
	must_want("migrate status x", COMPLETE_NOTHING, "", "x");
	must_want("migrate downgrade -1", COMPLETE_REVISION, "", "-1");
	must_want("migrate downgrade -- -", COMPLETE_REVISION, "", "-");
}

static void the_value_of_an_option_is_what_the_option_takes(void **state)
{
	(void)state;
	must_want("migrate -c ", COMPLETE_FILE, "", "");
	must_want("migrate -qc x", COMPLETE_FILE, "", "x");
	must_want("migrate --config=x", COMPLETE_FILE, "--config=", "x");
	must_want("migrate --env ", COMPLETE_ENVIRONMENT, "", "");
	must_want("migrate --env=p", COMPLETE_ENVIRONMENT, "--env=", "p");
	must_want("migrate revision -m ", COMPLETE_NOTHING, "", "");
	must_want("migrate revision --head ", COMPLETE_REVISION, "", "");
	must_want("migrate revision --version-path d", COMPLETE_DIRECTORY, "", "d");
	must_want("migrate --nothing=x", COMPLETE_NOTHING, "--nothing=", "x");
	must_want("migrate -q=x", COMPLETE_OPTION, "", "-q=x");
	must_want("migrate --quiet=x", COMPLETE_NOTHING, "--quiet=", "x");
}

static void what_a_range_or_branch_begins_with_stays(void **state)
{
	(void)state;
	must_want("migrate upgrade a1:b2", COMPLETE_REVISION, "a1:", "b2");
	must_want("migrate history -r a:L@h", COMPLETE_REVISION, "a:L@", "h");
	must_want("migrate history --rev-range=a:", COMPLETE_REVISION, "--rev-range=a:", "");
}

static void only_what_fits_is_offered(void **state)
{
	(void)state;
	must_offer("migrate down", "downgrade\trun downgrades down to TARGET (default -1)\n");
	must_offer("migrate nothing-like-it", "");
	must_offer("migrate upgrade --st", "--strict\trefuse where an applied script was edited "
					   "since\n");
	must_offer("migrate upgrade --strict --st", "");
	must_offer("migrate revision --head a --he",
		"--head\tstand on HEAD; also base, heads, BRANCH@head\n--help\tprint this help\n");
	must_offer("migrate --col", "--color\twhen to use colour\n");
	must_offer("migrate --dump", "");
	must_offer("migrate --color a", "auto\nalways\n");
	must_offer("migrate --color=n", "--color=never\n");
	must_offer("migrate -d post", "postgresql://\ta server\n");
	must_offer("migrate -c x", ":files\n");
	must_offer("migrate init x", ":directories\n");
	must_offer("migrate show he", "head\tthe one head\nheads\tall heads\n");
	must_offer("migrate show s", "search\ta branch\nsearch@head\tits head\n");
	must_offer("migrate show search@",
		"search@head\tthe branch's head\nsearch@base\tbefore the "
		"first revision\n");
}

static void what_a_script_says_of_itself_stays_on_its_line(void **state)
{
	struct completion completion;
	struct arena arena = {0};
	struct str out = {0};

	(void)state;
	read_line(&arena, &completion, "migrate show ");
	complete_add(&completion, &out, "a1", "one\ttwo\nthree\033[31m");
	assert_string_equal(str_text(&out), "a1\tone two three\\x1b[31m\n");
	str_release(&out);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_what_its_place_takes),
		cmocka_unit_test(the_value_of_an_option_is_what_the_option_takes),
		cmocka_unit_test(what_a_range_or_branch_begins_with_stays),
		cmocka_unit_test(only_what_fits_is_offered),
		cmocka_unit_test(what_a_script_says_of_itself_stays_on_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
