/* squash: ids that others replaced, in a graph and in rows; and which ranges can be squashed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/squash.h"
#include "graph_notation.h"

/* -------- What replaced ids mean -------- */

static void expect_offence(const char *notation, const char *file, const char *message)
{
	struct fixture fixture;

	if (fixture_build(&fixture, notation))
		fail_msg("\"%s\" is accepted", notation);
	assert_string_equal(fixture.error.message, message);
	assert_string_equal(fixture.error.file, file);
	assert_non_null(fixture.error.hint);
	fixture_release(&fixture);
}

static void a_replaced_revision_is_there_no_more(void **state)
{
	(void)state;
	expect_offence("s %a,b; b", "b.sql", "revision b was replaced by s in \"s.sql\"");
	expect_offence("s %a,s", "s.sql", "revision s replaces itself");
	expect_offence("s %a,b,a", "s.sql", "revision s replaces a twice");
	expect_offence("s %a,b; t<s %b,c", "t.sql",
		"revision t replaces b, and so does revision s in \"s.sql\"");
	expect_offence("s %a,b; t<s [a]", "s.sql",
		"revision s replaces a, which is a label of revision t");
}

static void only_the_last_that_was_replaced_can_be_stood_on(void **state)
{
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture, "s %a,b; c<b; d<c; e !b", "");
	assert_string_equal(
		fixture_ids(&fixture, graph_heads(&fixture.arena, &fixture.graph, false)), "d e");
	assert_int_equal(edges_at(&fixture.graph.parents, 1, 0), 0);
	assert_int_equal(edges_at(&fixture.graph.dependencies, 3, 0), 0);
	assert_int_equal(graph_find(&fixture.graph, "b"), 0);
	assert_int_equal(graph_find(&fixture.graph, "a"), NODE_NONE);
	fixture_release(&fixture);
	expect_offence("s %a,b; c<a", "c.sql", "revision c revises a, which revision s replaced");
	expect_offence(
		"s %a,b; c !a", "c.sql", "revision c depends on a, which revision s replaced");
	expect_offence("s<b %a,b", "s.sql", "revision s revises itself");
}

static void expect_position(const char *notation, const char *rows, const char *known,
	const char *adopted, const char *unknown)
{
	struct fixture fixture;
	const char *text = "";

	fixture_open(&fixture, notation, rows);
	for (uint32_t i = 0; i < fixture.position.unknown.count; i++)
		text = arena_printf(&fixture.arena, "%s%s%s", text, i ? " " : "",
			fixture.position.unknown.item[i]);
	assert_string_equal(fixture_ids(&fixture, fixture.position.rows), known);
	assert_string_equal(fixture_ids(&fixture, fixture.position.adopted), adopted);
	assert_string_equal(text, unknown);
	fixture_release(&fixture);
}

static void a_row_means_what_replaced_all_up_to_it(void **state)
{
	static const char notation[] = "z; s<z %a,b,c; d<s; x<z";

	(void)state;
	expect_position(notation, "s", "s", "", "");
	expect_position(notation, "c", "s", "s", "");
	expect_position(notation, "x c", "s x", "s", "");
	expect_position(notation, "d", "d", "", "");
	expect_position(notation, "b", "", "", "b");
	expect_position(notation, "a b x", "x", "", "a b");
	expect_position(notation, "b c", "s", "s", ""); /* a row that the other one implies */
	expect_position(notation, "a d", "d", "s", "");
	expect_position(notation, "s c", "s", "s", "");
	expect_position(notation, "q", "", "", "q");
}

static void a_replaced_target_says_by_what(void **state)
{
	static const char *const words[][2] = {{"b1", "revision b1 was replaced by s"},
		{"a", "revision a1 was replaced by s"},
		{"c", "no revision has the id, label or prefix \"c\""}};
	struct fixture fixture;
	struct target target;

	(void)state;
	fixture_open(&fixture, "s %a1,b1,c1,c2; b11<s", "");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct resolver resolver = fixture_resolver(&fixture);

		assert_false(target_resolve(&resolver, words[i][0], &target, &fixture.error));
		assert_string_equal(fixture.error.message, words[i][1]);
		assert_int_equal(fixture.error.code, MIGRATE_E_TARGET);
		migrate_error_clear(&fixture.error);
	}
	fixture_release(&fixture);
}

/* -------- Ranges -------- */

static const char *names_text(struct arena *arena, const struct names *names)
{
	const char *text = "";

	for (uint32_t i = 0; i < names->count; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? " " : "", names->item[i]);
	return text;
}

/* expected: "replaces | parents | dependencies | labels" */
static void expect_squash(const char *notation, const char *range, const char *expected)
{
	struct fixture fixture;
	struct squash squash;
	struct resolver resolver;
	struct arena *arena = &fixture.arena;

	fixture_open(&fixture, notation, "");
	resolver = (struct resolver){arena, &fixture.graph, NULL};
	if (!squash_find(&resolver, range, &squash, &fixture.error))
		fail_msg("%s", fixture.error.message);
	assert_string_equal(
		arena_printf(arena, "%s | %s | %s | %s", names_text(arena, &squash.replaces),
			names_text(arena, &squash.parents), names_text(arena, &squash.dependencies),
			names_text(arena, &squash.labels)),
		expected);
	fixture_release(&fixture);
}

static void a_range_becomes_one_with_its_names(void **state)
{
	(void)state;
	expect_squash("a; b<a; c<b", NULL, "a b c |  |  | ");
	expect_squash("a; b<a; c<b", ":b", "a b |  |  | ");
	expect_squash("a; b<a; c<b; d<c", "b:c", "b c | a |  | ");
	expect_squash("a; b<a [L]; b2<a; c<b,b2 [M]; d<c", "a:c", "a b b2 c |  |  | L M");
	expect_squash("a; b; c<a,b", NULL, "a b c |  |  | ");
	expect_squash("x; a; b<a !x; c<b; y !c", "a:c", "a b c |  | x | ");
	expect_squash("a; s<a %p,q; c<s; d<c", "s:d", "p q s c d | a |  | ");
	expect_squash("z; y; m<z,y; n<m; o<n", "m:n", "m n | z y |  | ");
}

static void expect_refused(const char *notation, const char *range, const char *message)
{
	struct fixture fixture;
	struct squash squash;
	struct resolver resolver;

	fixture_open(&fixture, notation, "");
	resolver = (struct resolver){&fixture.arena, &fixture.graph, NULL};
	if (squash_find(&resolver, range, &squash, &fixture.error))
		fail_msg("\"%s\" of \"%s\" is accepted", range ? range : "all", notation);
	assert_string_equal(fixture.error.message, message);
	assert_non_null(fixture.error.hint);
	assert_int_equal(migrate_error_status(fixture.error.code), 2);
	fixture_release(&fixture);
}

static void a_range_that_others_hang_on_is_refused_by_name(void **state)
{
	(void)state;
	expect_refused("", NULL, "there is nothing to squash: 0 revisions");
	expect_refused("a; b<a", "b:b", "there is nothing to squash: 1 revision");
	expect_refused("a; b<a", "a", "\"a\" is no range");
	expect_refused("a; b<a; c<a", NULL, "the range has 2 ends: b and c");
	expect_refused("a; b<a; c<b; x<a", "a:c",
		"revision x is not in the range, and stands on a, which is");
	expect_refused("a; b<a; c<b; x !b", "a:c",
		"revision x is not in the range, and depends on b, which is");
	expect_refused("a; b<a; x; c<b,x; d<c", "b:d",
		"revision c is in the range, and stands on x, which is not");
	expect_refused("a; b<a; c<b", "c:a", "\"c\" is not below \"a\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_replaced_revision_is_there_no_more),
		cmocka_unit_test(only_the_last_that_was_replaced_can_be_stood_on),
		cmocka_unit_test(a_row_means_what_replaced_all_up_to_it),
		cmocka_unit_test(a_replaced_target_says_by_what),
		cmocka_unit_test(a_range_becomes_one_with_its_names),
		cmocka_unit_test(a_range_that_others_hang_on_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
