#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/range.h"
#include "core/walk.h"
#include "graph_notation.h"

/* Branches L1 and L2 on a trunk, and a lone one that depends on the head of L1. */
static const char branches[] = "a; b<a; c1<b [L1]; d1<c1; c2<b [L2]; d2<c2; x [lone]; y<x !d1";

static void expect_target(
	const char *notation, const char *rows, const char *text, const char *expected)
{
	struct fixture fixture;
	struct resolver resolver;
	struct target target;
	const char *found;

	fixture_open(&fixture, notation, rows);
	resolver = fixture_resolver(&fixture);
	if (!target_resolve(&resolver, text, &target, &fixture.error))
		fail_msg("\"%s\": %s", text, fixture.error.message);
	found = target.nodes.count ? fixture_ids(&fixture, target.nodes) : "base";
	if (strcmp(found, expected))
		fail_msg("\"%s\" is %s, not %s", text, found, expected);
	assert_int_equal(target.kind == TARGET_BASE, !target.nodes.count && !target.steps);
	fixture_release(&fixture);
}

static void expect_no_target(const char *notation, const char *rows, const char *text,
	enum migrate_error_code code, const char *message)
{
	struct fixture fixture;
	struct resolver resolver;
	struct target target;

	fixture_open(&fixture, notation, rows);
	resolver = fixture_resolver(&fixture);
	if (target_resolve(&resolver, text, &target, &fixture.error))
		fail_msg("\"%s\" is %s", text, fixture_ids(&fixture, target.nodes));
	if (fixture.error.code != code || strcmp(fixture.error.message, message))
		fail_msg("\"%s\": %s: %s", text, migrate_error_slug(fixture.error.code),
			fixture.error.message);
	assert_non_null(fixture.error.hint);
	fixture_release(&fixture);
}

static void expect_target_hint(const char *notation, const char *text, const char *hint)
{
	struct fixture fixture;
	struct resolver resolver;
	struct target target;

	fixture_open(&fixture, notation, "");
	resolver = fixture_resolver(&fixture);
	assert_false(target_resolve(&resolver, text, &target, &fixture.error));
	assert_string_equal(fixture.error.hint, hint);
	fixture_release(&fixture);
}

static void an_id_or_label_is_exact(void **state)
{
	(void)state;
	expect_target(branches, "", "c1", "c1");
	expect_target(branches, "", "L1", "c1");
	expect_target("ab; abc<ab", "", "ab", "ab");
	expect_target("abc; x<abc [ab]", "", "ab", "x");
}

static void a_unique_prefix_will_do(void **state)
{
	(void)state;
	expect_target("abc; abd<abc; xyz<abd", "", "x", "xyz");
	expect_target("abc; abd<abc", "", "abd", "abd");
	expect_no_target("abc; abd<abc", "", "ab", MIGRATE_E_AMBIGUOUS,
		"\"ab\" is the beginning of 2 revisions: abc and abd");
	expect_no_target("abc@2; abd<abc@1", "", "a", MIGRATE_E_AMBIGUOUS,
		"\"a\" is the beginning of 2 revisions: abd and abc");
	expect_no_target("abc [left]", "", "lef", MIGRATE_E_TARGET,
		"no revision has the id, label or prefix \"lef\"");
}

static void a_prefix_with_a_branch_is_searched_there_alone(void **state)
{
	(void)state;
	expect_target("r; ab1<r [left]; ab2<r [right]", "", "left@ab", "ab1");
	expect_target("r; ab1<r [left]; ab2<r [right]", "", "right@ab", "ab2");
	expect_no_target("r; ab1<r [left]; ab2<ab1; ab3<r", "", "left@ab", MIGRATE_E_AMBIGUOUS,
		"\"ab\" is the beginning of 2 revisions: ab1 and ab2");
	expect_no_target("r; ab1<r [left]; b<r", "", "left@b", MIGRATE_E_TARGET,
		"no revision of that branch has the id, label or prefix \"b\"");
	expect_no_target("r; ab1<r [left]; b<r; bc<ab1", "", "left@b", MIGRATE_E_TARGET,
		"no revision of that branch has the id, label or prefix \"b\"");
}

static void nothing_by_that_name_suggests_a_near_one(void **state)
{
	(void)state;
	expect_no_target(branches, "", "nothing", MIGRATE_E_TARGET,
		"no revision has the id, label or prefix \"nothing\"");
	expect_target_hint("ddd; b<ddd", "hed", "Did you mean \"head\"?");
	expect_target_hint("a; b<a", "curent", "Did you mean \"current\"?");
	expect_target_hint("basf; b<basf", "basd", "Did you mean \"basf\"?");
	expect_target_hint("a [release]; b<a", "relaese", "Did you mean \"release\"?");
	expect_target_hint(
		"ae1027a6acf0; b<ae1027a6acf0", "ae1027a6afc0", "Did you mean \"ae1027a6acf0\"?");
	expect_target_hint(branches, "nothing", "\"migrate history\" lists the revisions.");
}

static void a_name_is_not_suggested_in_its_own_place(void **state)
{
	static const char other[] =
		"\"%s\" is on another branch: leave out the branch, or name its own.";
	static const char word[] =
		"\"%s\" is a place and no branch: a branch is an identifier or a label.";
	char hint[120];

	(void)state;
	snprintf(hint, sizeof hint, other, "d2");
	expect_target_hint(branches, "L1@d2", hint);
	snprintf(hint, sizeof hint, other, "L2");
	expect_target_hint(branches, "L1@L2", hint);
	snprintf(hint, sizeof hint, word, "current");
	expect_target_hint(branches, "current@head", hint);
	snprintf(hint, sizeof hint, word, "base");
	expect_target_hint(branches, "base@head", hint);
}

static void text_that_is_no_target_is_refused(void **state)
{
	static const char *const texts[] = {"", "@", "@head", "L1@", "+", "-", "+x", "-1x", "a+",
		"a-b", "+-1", "--1", "a+1+1", "+0", "-0", "L1@+0", "+100000001", "-100000001",
		"+99999999999999999999", "-99999999999999999999", "+ 1"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char message[100];

		snprintf(message, sizeof message, "\"%s\" names no revision", texts[i]);
		expect_no_target(branches, "a", texts[i], MIGRATE_E_TARGET, message);
	}
	expect_no_target(branches, "", "a b", MIGRATE_E_TARGET,
		"no revision has the id, label or prefix \"a b\"");
	expect_no_target(branches, "", "L1@L2@head", MIGRATE_E_TARGET,
		"no revision of that branch has the id, label or prefix \"L2@head\"");
	expect_no_target(branches, "", "zz@head", MIGRATE_E_TARGET,
		"no revision has the id, label or prefix \"zz\"");
	expect_no_target(branches, "", "head@head", MIGRATE_E_TARGET,
		"no revision has the id, label or prefix \"head\"");
}

static void head_is_the_one_versioned_head(void **state)
{
	(void)state;
	expect_target("a; b<a", "", "head", "b");
	expect_target("a; b<a; m<a,b", "", "head", "m");
	expect_target("", "", "head", "base");
	expect_no_target(
		"a; b<a; c<a", "", "head", MIGRATE_E_MULTIPLE_HEADS, "there are 2 heads: b and c");
	expect_no_target(
		"a; b !a", "", "head", MIGRATE_E_MULTIPLE_HEADS, "there are 2 heads: a and b");
	expect_target_hint("a; b<a; c<a", "head",
		"Join them with \"migrate merge\", name one (an id or BRANCH@head), or take all "
		"with \"heads\".");
}

static void heads_are_the_real_heads(void **state)
{
	(void)state;
	expect_target("a; b<a; c<a", "", "heads", "b c");
	expect_target("a; b !a", "", "heads", "b");
	expect_target("", "", "heads", "base");
	expect_target(branches, "", "heads", "d2 y");
}

static void an_empty_name_is_nothing(void **state)
{
	struct fixture fixture;
	struct resolver resolver;
	uint32_t node;

	(void)state;
	fixture_open(&fixture, "a", "");
	resolver = fixture_resolver(&fixture);
	assert_false(target_find(&resolver, "", 0, NULL, &node, &fixture.error));
	assert_int_equal(fixture.error.code, MIGRATE_E_TARGET);
	fixture_release(&fixture);
}

static void a_branch_narrows_its_symbols(void **state)
{
	(void)state;
	expect_target(branches, "", "L1@head", "d1");
	expect_target(branches, "", "L1@heads", "d1");
	expect_target(branches, "", "b@heads", "d1 d2");
	expect_target(branches, "", "L1@a", "a");
	expect_target(branches, "", "L1@L1", "c1");
	expect_target(branches, "", "L1@base", "base");
	expect_target(branches, "", "y@head", "y");
	expect_no_target(branches, "", "b@head", MIGRATE_E_MULTIPLE_HEADS,
		"there are 2 heads of \"b\": d1 and d2");
	expect_target_hint(branches, "b@head",
		"Join them with \"migrate merge d1 d2\", name one (an id or BRANCH@head), or take "
		"all with \"b@heads\".");
	expect_no_target(branches, "", "L1@c2", MIGRATE_E_TARGET,
		"no revision of that branch has the id, label or prefix \"c2\"");
	expect_no_target(branches, "", "L1@L2", MIGRATE_E_TARGET,
		"no revision of that branch has the id, label or prefix \"L2\"");
	expect_no_target(branches, "", "lone@d1", MIGRATE_E_TARGET,
		"no revision of that branch has the id, label or prefix \"d1\"");
}

static void current_is_the_rows(void **state)
{
	(void)state;
	expect_target(branches, "d1 d2", "current", "d1 d2");
	expect_target(branches, "d1 d2", "L1@current", "d1");
	expect_target(branches, "", "current", "base");
	expect_target(branches, "a", "L1@current", "a");
}

/* Taken for base, a downgrade to it would revert the branch. */
static void current_of_a_branch_that_others_depend_on_is_its_tip(void **state)
{
	(void)state;
	expect_target(branches, "y", "L1@current", "d1");
	expect_target(branches, "d2", "lone@current", "base");
	expect_target(branches, "c1", "L2@current", "b");
}

static void steps_from_the_row_go_along_parents(void **state)
{
	(void)state;
	expect_target("a; b<a; c<b", "a", "+1", "b");
	expect_target("a; b<a; c<b", "a", "+2", "c");
	expect_target("a; b<a; c<b", "c", "-1", "b");
	expect_target("a; b<a; c<b", "c", "-3", "base");
	expect_target("a; b<a; c<b", "", "+3", "c");
	expect_target(branches, "y", "-1", "x");
}

static void a_walk_past_an_end_is_an_error(void **state)
{
	(void)state;
	expect_no_target("a; b<a", "b", "+1", MIGRATE_E_TARGET,
		"the walk leads past the end: nothing follows b");
	expect_no_target("a; b<a", "", "+3", MIGRATE_E_TARGET,
		"the walk leads past the end: nothing follows b");
	expect_no_target("", "", "+1", MIGRATE_E_TARGET,
		"the walk leads past the end: nothing follows base");
	expect_no_target("a; b<a", "b", "-3", MIGRATE_E_TARGET,
		"the walk leads past the end: nothing is below base");
	expect_no_target("a; b<a", "", "-1", MIGRATE_E_TARGET,
		"the walk leads past the end: nothing is below base");
	expect_no_target(branches, "a", "lone@-1", MIGRATE_E_TARGET,
		"the walk leads past the end: nothing is below base");
	expect_no_target("a; b<a", "", "head+1", MIGRATE_E_TARGET,
		"the walk leads past the end: nothing follows b");
}

static void a_walk_never_chooses(void **state)
{
	(void)state;
	expect_no_target(
		branches, "b", "+1", MIGRATE_E_AMBIGUOUS, "2 revisions follow b: c1 and c2");
	expect_no_target(
		branches, "", "+1", MIGRATE_E_AMBIGUOUS, "2 revisions follow base: a and x");
	expect_no_target("a; b; m<b,a; n<m", "n", "-2", MIGRATE_E_AMBIGUOUS,
		"m is a merge of 2 revisions: b and a");
	expect_no_target("a [L]; b; m<b,a", "m", "-1", MIGRATE_E_AMBIGUOUS,
		"m is a merge of 2 revisions: b and a");
	expect_no_target("a [L]; b; m<b,a", "m", "L@-1", MIGRATE_E_AMBIGUOUS,
		"m is a merge of 2 revisions: b and a");
	expect_no_target("a [L]; b<a; c<a", "a", "L@+1", MIGRATE_E_AMBIGUOUS,
		"2 revisions follow a: b and c");
}

static void a_branch_chooses_among_children(void **state)
{
	(void)state;
	expect_target(branches, "b", "L1@+1", "c1");
	expect_target(branches, "b", "L2@+2", "d2");
	expect_target(branches, "", "L2@+3", "c2");
	expect_target(branches, "", "lone@+1", "x");
	expect_target(branches, "b", "d2@+2", "d2");
}

static void steps_without_a_branch_want_one_row(void **state)
{
	(void)state;
	expect_no_target(branches, "d1 d2", "-1", MIGRATE_E_REFUSED,
		"2 revisions are current, and the step could be from any of them: d1 and d2");
	expect_no_target(branches, "c1 d2", "+1", MIGRATE_E_REFUSED,
		"2 revisions are current, and the step could be from any of them: c1 and d2");
	expect_target(branches, "d1 a", "-1", "c1");
}

static void steps_of_a_branch_start_at_its_row_or_tip(void **state)
{
	(void)state;
	expect_target(branches, "d1 d2", "L1@-1", "c1");
	expect_target(branches, "d1 d2", "L1@-2", "b");
	expect_target(branches, "d1 d2", "L1@-4", "base");
	expect_target(branches, "d1 c2", "L2@+1", "d2");
	expect_target(branches, "y", "L1@-1", "c1");
	expect_target(branches, "c1", "L2@+1", "c2");
	expect_target(branches, "c1", "L2@-1", "a");
	expect_target(branches, "d2", "lone@+1", "x");
	expect_no_target(branches, "d1 d2", "b@-1", MIGRATE_E_REFUSED,
		"2 current revisions are on the branch \"b\": d1 and d2");
	expect_no_target(branches, "d1 d2", "a@+1", MIGRATE_E_REFUSED,
		"2 current revisions are on the branch \"a\": d1 and d2");
	expect_no_target("a; b<a; c<a !b; x !c", "x", "a@-1", MIGRATE_E_REFUSED,
		"2 current revisions are on the branch \"a\": b and c");
	expect_no_target("a; b<a; c<a; x !b,c", "x", "a@-1", MIGRATE_E_REFUSED,
		"2 current revisions are on the branch \"a\": b and c");
}

static void steps_may_start_from_a_symbol(void **state)
{
	(void)state;
	expect_target(branches, "", "b+0", "b");
	expect_target(branches, "", "d1-0", "d1");
	expect_target(branches, "", "d1-2", "b");
	expect_target(branches, "", "d1-4", "base");
	expect_target(branches, "", "L1-1", "b");
	expect_target(branches, "", "c1+1", "d1");
	expect_target(branches, "", "L2@a+2", "c2");
	expect_target(branches, "", "L1@head-1", "c1");
	expect_target(branches, "", "L1@base+2", "b");
	expect_target(branches, "d1", "current-1", "c1");
	expect_target(branches, "", "lone@current+1", "x");
	expect_target("a; b<a; c<b", "", "head-1", "b");
	expect_target("a; b<a; c<b", "", "heads-1", "b");
	expect_target("a; b<a; c<b", "", "base+2", "b");
	expect_target("a; abc<a; d<abc", "", "ab+1", "d");
	expect_target("head1; x<head1", "", "head1+1", "x");
	expect_no_target(branches, "", "heads-1", MIGRATE_E_AMBIGUOUS,
		"\"heads\" is 2 revisions, no place to count from: d2 and y");
	expect_no_target(branches, "d1 d2", "current-1", MIGRATE_E_AMBIGUOUS,
		"\"current\" is 2 revisions, no place to count from: d1 and d2");
	expect_no_target("a; b<a", "", "base-1", MIGRATE_E_TARGET,
		"the walk leads past the end: nothing is below base");
	expect_no_target("a; b<a", "", "a-2", MIGRATE_E_TARGET,
		"the walk leads past the end: nothing is below base");
}

static void without_a_database_only_names_resolve(void **state)
{
	static const char *const texts[] = {
		"+1", "-1", "current", "L1@+1", "L1@current", "current-1"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct fixture fixture;
		struct resolver resolver;
		struct target target;

		fixture_open(&fixture, branches, "");
		resolver = fixture_resolver(&fixture);
		resolver.position = NULL;
		assert_true(target_resolve(&resolver, "L1@head-1", &target, &fixture.error));
		assert_false(target_resolve(&resolver, texts[i], &target, &fixture.error));
		assert_int_equal(fixture.error.code, MIGRATE_E_TARGET);
		assert_string_equal(
			fixture.error.message, "the target needs the database's current revisions");
		assert_string_equal(fixture.error.hint, "Name a revision instead.");
		fixture_release(&fixture);
	}
}

static void expect_one(const char *text, const char *expected, enum migrate_error_code code)
{
	struct fixture fixture;
	struct resolver resolver;
	uint32_t node;

	fixture_open(&fixture, branches, "d1 d2");
	resolver = fixture_resolver(&fixture);
	if (target_resolve_one(&resolver, text, &node, &fixture.error))
		assert_string_equal(fixture.revision[node].id, expected);
	else
		assert_string_equal(fixture.error.message, expected);
	assert_int_equal(fixture.error.code, code);
	fixture_release(&fixture);
}

static void where_one_revision_is_wanted_there_must_be_one(void **state)
{
	(void)state;
	expect_one("L1@head", "d1", MIGRATE_E_NONE);
	expect_one("L1@-1", "c1", MIGRATE_E_NONE);
	expect_one("heads", "\"heads\" is 2 revisions: d2 and y", MIGRATE_E_AMBIGUOUS);
	expect_one("base", "\"base\" is before the first revision", MIGRATE_E_TARGET);
	expect_one("a-1", "\"a-1\" is before the first revision", MIGRATE_E_TARGET);
	expect_one("nil", "no revision has the id, label or prefix \"nil\"", MIGRATE_E_TARGET);
}

static void a_range_is_split_at_its_colon(void **state)
{
	struct arena arena = {0};
	const char *from, *to;

	(void)state;
	assert_true(range_split(&arena, "a:b", &from, &to));
	assert_string_equal(from, "a");
	assert_string_equal(to, "b");
	assert_true(range_split(&arena, ":", &from, &to));
	assert_string_equal(from, "");
	assert_string_equal(to, "");
	assert_true(range_split(&arena, "L1@-2:a:b", &from, &to));
	assert_string_equal(from, "L1@-2");
	assert_string_equal(to, "a:b");
	assert_false(range_split(&arena, "a", &from, &to));
	arena_release(&arena);
}

static void a_target_tells_whether_it_asks_the_database(void **state)
{
	static const char *const asking[] = {"+1", "-1", "current", "L1@+1", "L1@current",
		"current-1", "L1@current+2", "a:current", "-2:", ":+1", "current:", "L1@-1:a"};
	static const char *const others[] = {"", ":", "a", "head-1", "currently", "L1@currents",
		"currents-1", "curren", "currant", "a:b", "L1@head:L1@a+1", "base",
		"heads:", "L1@"};

	(void)state;
	for (size_t i = 0; i < sizeof asking / sizeof *asking; i++)
		if (!target_asks_database(asking[i]))
			fail_msg("\"%s\" does not ask", asking[i]);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (target_asks_database(others[i]))
			fail_msg("\"%s\" asks", others[i]);
}

static void expect_position(const char *rows, const char *normal, const char *applied,
	const char *implied, const char *unknown)
{
	struct fixture fixture;
	char names[100] = "";

	fixture_open(&fixture, branches, rows);
	assert_string_equal(fixture_ids(&fixture, fixture.position.rows), normal);
	assert_string_equal(fixture_marked(&fixture, fixture.position.applied), applied);
	assert_string_equal(fixture_ids(&fixture, fixture.position.implied), implied);
	for (uint32_t i = 0; i < fixture.position.unknown.count; i++)
		sprintf(names + strlen(names), "%s%s", i ? " " : "",
			fixture.position.unknown.item[i]);
	assert_string_equal(names, unknown);
	fixture_release(&fixture);
}

static void rows_are_normalised_and_the_unknown_told_apart(void **state)
{
	(void)state;
	expect_position("", "", "", "", "");
	expect_position("d1", "d1", "a b c1 d1", "", "");
	expect_position("d1 a c1", "d1", "a b c1 d1", "a c1", "");
	expect_position("d1 y c2 x", "c2 y", "a b c1 c2 d1 x y", "d1 x", "");
	expect_position("zz d1 yy", "d1", "a b c1 d1", "", "zz yy");
	expect_position("zz", "", "", "", "zz");
}

static void a_position_may_be_made_of_revisions(void **state)
{
	uint32_t item[] = {3, 2};
	struct position position;
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture, branches, "");
	position_of(&fixture.arena, &fixture.graph, (struct nodes){item, 2}, &position);
	assert_string_equal(fixture_ids(&fixture, position.rows), "d1");
	assert_string_equal(fixture_ids(&fixture, position.implied), "c1");
	assert_int_equal(position.unknown.count, 0);
	assert_true(position_has_row(&position, 3));
	assert_false(position_has_row(&position, 2));
	fixture_release(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_or_label_is_exact),
		cmocka_unit_test(a_unique_prefix_will_do),
		cmocka_unit_test(a_prefix_with_a_branch_is_searched_there_alone),
		cmocka_unit_test(nothing_by_that_name_suggests_a_near_one),
		cmocka_unit_test(a_name_is_not_suggested_in_its_own_place),
		cmocka_unit_test(text_that_is_no_target_is_refused),
		cmocka_unit_test(head_is_the_one_versioned_head),
		cmocka_unit_test(heads_are_the_real_heads),
		cmocka_unit_test(an_empty_name_is_nothing),
		cmocka_unit_test(a_branch_narrows_its_symbols),
		cmocka_unit_test(current_is_the_rows),
		cmocka_unit_test(current_of_a_branch_that_others_depend_on_is_its_tip),
		cmocka_unit_test(steps_from_the_row_go_along_parents),
		cmocka_unit_test(a_walk_past_an_end_is_an_error),
		cmocka_unit_test(a_walk_never_chooses),
		cmocka_unit_test(a_branch_chooses_among_children),
		cmocka_unit_test(steps_without_a_branch_want_one_row),
		cmocka_unit_test(steps_of_a_branch_start_at_its_row_or_tip),
		cmocka_unit_test(steps_may_start_from_a_symbol),
		cmocka_unit_test(without_a_database_only_names_resolve),
		cmocka_unit_test(where_one_revision_is_wanted_there_must_be_one),
		cmocka_unit_test(a_range_is_split_at_its_colon),
		cmocka_unit_test(a_target_tells_whether_it_asks_the_database),
		cmocka_unit_test(rows_are_normalised_and_the_unknown_told_apart),
		cmocka_unit_test(a_position_may_be_made_of_revisions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
