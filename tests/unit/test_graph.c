#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/nametable.h"
#include "graph_notation.h"

static void expect_offence(
	const char *notation, const char *file, const char *message, const char *detail)
{
	struct fixture fixture;

	if (fixture_build(&fixture, notation))
		fail_msg("\"%s\" is accepted", notation);
	assert_int_equal(fixture.error.code, MIGRATE_E_GRAPH);
	assert_string_equal(fixture.error.message, message);
	assert_string_equal(fixture.error.file, file);
	assert_non_null(fixture.error.hint);
	assert_string_equal(fixture.error.detail ? fixture.error.detail : "", detail);
	fixture_release(&fixture);
}

static void expect_graph_hint(const char *notation, const char *hint)
{
	struct fixture fixture;

	assert_false(fixture_build(&fixture, notation));
	assert_string_equal(fixture.error.hint, hint);
	fixture_release(&fixture);
}

static void an_empty_graph_is_a_graph(void **state)
{
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture, "", "");
	assert_int_equal(graph_heads(&fixture.arena, &fixture.graph, true).count, 0);
	assert_int_equal(graph_bases(&fixture.arena, &fixture.graph).count, 0);
	assert_non_null(graph_labels(&fixture.arena, &fixture.graph));
	fixture_release(&fixture);
}

static void a_duplicate_id_names_both_files(void **state)
{
	struct fixture fixture;

	(void)state;
	notation_read(&fixture, "a; b<a; b<a");
	fixture.revision[2].file = "copy.sql";
	assert_false(graph_build(
		&fixture.arena, fixture.revision, fixture.count, &fixture.graph, &fixture.error));
	assert_string_equal(fixture.error.message, "revision b is also in \"b.sql\"");
	assert_string_equal(fixture.error.file, "copy.sql");
	assert_non_null(fixture.error.hint);
	fixture_release(&fixture);
}

static void an_unknown_parent_or_dependency_is_named(void **state)
{
	(void)state;
	expect_offence("a; b<x", "b.sql", "revision b revises x, which no file has", "");
	expect_offence("a; b<a !y", "b.sql", "revision b depends on y, which no file has", "");
	expect_graph_hint(
		"a; b<x", "Add the missing file, or mend the \"-- down_revision:\" line.");
	expect_graph_hint("a; b !x", "Add the missing file, or mend the \"-- depends_on:\" line.");
}

static void a_parent_is_no_label(void **state)
{
	(void)state;
	expect_offence(
		"a [left]; b<left", "b.sql", "revision b revises left, which no file has", "");
	expect_graph_hint("a [left]; b<left", "left is a label: name its revision a instead.");
}

static void labels_are_unique_and_no_ids(void **state)
{
	(void)state;
	expect_offence("a [left]; b<a [left]", "b.sql",
		"the label left of revision b is also that of revision a in \"a.sql\"", "");
	expect_offence("a; b<a [a]", "b.sql",
		"the label a of revision b is the id of the revision in \"a.sql\"", "");
	expect_offence("a; b<a [b]", "b.sql",
		"the label b of revision b is the id of the revision in \"b.sql\"", "");
}

static void a_label_given_twice_by_one_revision_is_one(void **state)
{
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture, "a [left,left]", "");
	assert_int_equal(fixture.graph.labels.count, 1);
	fixture_release(&fixture);
}

static void a_revision_does_not_stand_on_itself(void **state)
{
	(void)state;
	expect_offence("a; b<b", "b.sql", "revision b revises itself", "");
	expect_offence("a; b<a !b", "b.sql", "revision b depends on itself", "");
	expect_offence("a; b<a [left] !left", "b.sql", "revision b depends on itself", "");
}

static void a_cycle_is_named_whole_the_way_an_upgrade_goes(void **state)
{
	(void)state;
	expect_offence("r; a<c; b<a; c<b", "a.sql", "the revisions form a cycle: a -> b -> c -> a",
		"a is in \"a.sql\"\nb is in \"b.sql\"\nc is in \"c.sql\"");
	expect_offence("c<b; r; b<a; a<c", "a.sql", "the revisions form a cycle: a -> b -> c -> a",
		"a is in \"a.sql\"\nb is in \"b.sql\"\nc is in \"c.sql\"");
	expect_offence("r; x<r,b; a<b; b<a; y<x", "a.sql",
		"the revisions form a cycle: a -> b -> a", "a is in \"a.sql\"\nb is in \"b.sql\"");
}

static void a_cycle_through_dependencies_is_named(void **state)
{
	(void)state;
	expect_offence("a !d; b<a; c; d<c !b", "a.sql",
		"the revisions and their dependencies form a cycle: a -> b -> d -> a",
		"a is in \"a.sql\"\nb is in \"b.sql\"\nd is in \"d.sql\"");
	expect_offence("b !left; a [left] !b", "a.sql",
		"the revisions and their dependencies form a cycle: a -> b -> a",
		"a is in \"a.sql\"\nb is in \"b.sql\"");
}

static void every_cycle_is_reported_once(void **state)
{
	(void)state;
	expect_offence("a<b; b<a; c<d; d<c; e !f; f !e; g<a !e; h<i; i<h !a", "a.sql",
		"the revisions form a cycle: a -> b -> a",
		"a is in \"a.sql\"\nb is in \"b.sql\"\n"
		"c.sql: the revisions form a cycle: c -> d -> c\n"
		"h.sql: the revisions form a cycle: h -> i -> h\n"
		"e.sql: the revisions and their dependencies form a cycle: e -> f -> e");
}

static void all_offences_are_reported_at_once(void **state)
{
	(void)state;
	expect_offence("a; b<x; c<a [a] !y; d<d; e<f; f<e", "c.sql",
		"the label a of revision c is the id of the revision in \"a.sql\"",
		"b.sql: revision b revises x, which no file has\n"
		"d.sql: revision d revises itself\n"
		"c.sql: revision c depends on y, which no file has\n"
		"e.sql: the revisions form a cycle: e -> f -> e");
}

static void after_many_offences_the_rest_is_counted(void **state)
{
	struct fixture fixture;
	char text[1000] = "";

	(void)state;
	for (int i = 0; i < 60; i++)
		sprintf(text + strlen(text), "r%d<x%d;", i, i);
	assert_false(fixture_build(&fixture, text));
	assert_non_null(strstr(fixture.error.detail, "r49.sql"));
	assert_null(strstr(fixture.error.detail, "r50.sql"));
	assert_non_null(strstr(fixture.error.detail, "\nand 10 more"));
	fixture_release(&fixture);
}

static void edges_named_twice_are_one(void **state)
{
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture, "a [left]; b; c<a,b,a !b,b,left,a", "");
	assert_int_equal(edges_count(&fixture.graph.parents, 2), 2);
	assert_int_equal(edges_count(&fixture.graph.dependencies, 2), 2);
	assert_int_equal(edges_count(&fixture.graph.children, 0), 1);
	assert_int_equal(edges_count(&fixture.graph.dependents, 0), 1);
	assert_int_equal(edges_at(&fixture.graph.children, 0, 0), 2);
	fixture_release(&fixture);
}

static void heads_and_bases_go_by_parents_real_heads_by_all_edges(void **state)
{
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture, "a; b<a; c<a; x; y<x !c", "");
	assert_string_equal(
		fixture_ids(&fixture, graph_heads(&fixture.arena, &fixture.graph, false)), "b c y");
	assert_string_equal(
		fixture_ids(&fixture, graph_heads(&fixture.arena, &fixture.graph, true)), "b y");
	assert_string_equal(
		fixture_ids(&fixture, graph_bases(&fixture.arena, &fixture.graph)), "a x");
	fixture_release(&fixture);
}

static void lists_are_sorted_by_creation_then_id(void **state)
{
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture, "c@5; b@5; d@-7; a@6; z; y", "");
	assert_string_equal(
		fixture_ids(&fixture, graph_heads(&fixture.arena, &fixture.graph, false)),
		"y z d b c a");
	fixture_release(&fixture);
}

static void expect_lineage(const char *notation, const char *id, const char *expected)
{
	struct fixture fixture;

	fixture_open(&fixture, notation, "");
	assert_string_equal(
		fixture_marked(&fixture, graph_lineage(&fixture.arena, &fixture.graph,
						 nametable_find(&fixture.graph.ids, id))),
		expected);
	fixture_release(&fixture);
}

static void a_lineage_is_ancestors_and_descendants_by_parents(void **state)
{
	static const char notation[] = "a; b<a; c<b; d<b; m<c,d; n<m; x; y<x !c; z<d !x";

	(void)state;
	expect_lineage(notation, "c", "a b c m n");
	expect_lineage(notation, "b", "a b c d m n z");
	expect_lineage(notation, "m", "a b c d m n");
	expect_lineage(notation, "y", "x y");
}

static const char *order_of(struct fixture *fixture, const char *ids)
{
	uint8_t *marks = graph_marks(&fixture->arena, &fixture->graph);
	struct names names = notation_names(&fixture->arena, ids);

	for (uint32_t i = 0; i < fixture->count; i++)
		marks[i] = !names.count;
	for (uint32_t i = 0; i < names.count; i++)
		marks[nametable_find(&fixture->graph.ids, names.item[i])] = 1;
	return fixture_ids(fixture, graph_order(&fixture->arena, &fixture->graph, marks));
}

static void expect_order(const char *notation, const char *ids, const char *expected)
{
	struct fixture fixture;

	fixture_open(&fixture, notation, "");
	assert_string_equal(order_of(&fixture, ids), expected);
	fixture_release(&fixture);
}

static void order_stays_on_a_branch_as_long_as_it_can(void **state)
{
	(void)state;
	expect_order("a; b1<a; c1<b1; b2<a; c2<b2; m<c1,c2; n<m", "", "a b1 c1 b2 c2 m n");
	expect_order("a; b; c<a; d<b; e<c; f<d", "", "a c e b d f");
	expect_order("a; x; b<a !y; c<b; y<x; z<y", "", "a x y b c z");
}

static void order_ties_go_by_creation_then_id(void **state)
{
	(void)state;
	expect_order("a; c<a@1; b<a@2; d<a@1", "", "a c d b");
	expect_order("b@9; a@9; c@8", "", "c a b");
}

static void order_of_some_is_as_if_there_were_no_others(void **state)
{
	(void)state;
	expect_order("a; b<a; c<b; d<c; x<a", "d,b,x", "b d x");
}

static void parent_and_dependency_at_once_counts_as_it_should(void **state)
{
	(void)state;
	expect_order("a; b<a !a; c<b !a,b", "", "a b c");
}

/* A small generator, so that a failure can be run again. */
static unsigned long long chance = 88172645463325252ULL;

static unsigned draw(unsigned limit)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return (unsigned)(chance % limit);
}

static void random_graph(char *text, size_t size, unsigned count)
{
	size_t at = 0;

	for (unsigned i = 0; i < count; i++) {
		at += (size_t)snprintf(text + at, size - at, "%sr%02u", i ? ";" : "", i * 37 % 64);
		for (unsigned k = 0, parents = i ? draw(4) : 0; k < parents; k++)
			at += (size_t)snprintf(
				text + at, size - at, "%sr%02u", k ? "," : "<", draw(i) * 37 % 64);
		if (i && !draw(3))
			at += (size_t)snprintf(text + at, size - at, " !r%02u", draw(i) * 37 % 64);
		at += (size_t)snprintf(text + at, size - at, " @%u", draw(5));
	}
}

static void expect_topological(const struct graph *graph, const uint32_t *place, uint32_t node)
{
	for (uint32_t k = 0; k < edges_count(&graph->parents, node); k++)
		assert_true(place[edges_at(&graph->parents, node, k)] < place[node]);
	for (uint32_t k = 0; k < edges_count(&graph->dependencies, node); k++)
		assert_true(place[edges_at(&graph->dependencies, node, k)] < place[node]);
}

static void order_never_depends_on_the_order_of_files(void **state)
{
	(void)state;
	for (int round = 0; round < 500; round++) {
		struct fixture first, second;
		char text[4000], *ids;
		uint32_t place[64];
		struct nodes order;
		uint8_t *all;

		random_graph(text, sizeof text, 1 + draw(40));
		fixture_open(&first, text, "");
		all = graph_marks(&first.arena, &first.graph);
		memset(all, 1, first.count);
		order = graph_order(&first.arena, &first.graph, all);
		assert_int_equal(order.count, first.count);
		for (uint32_t i = 0; i < order.count; i++)
			place[order.item[i]] = i;
		for (uint32_t i = 0; i < order.count; i++)
			expect_topological(&first.graph, place, i);
		ids = arena_strdup(&first.arena, fixture_ids(&first, order));
		notation_read(&second, text);
		for (uint32_t i = second.count; i > 1; i--) {
			uint32_t other = draw(i);
			struct revision revision = second.revision[other];

			second.revision[other] = second.revision[i - 1];
			second.revision[i - 1] = revision;
		}
		assert_true(graph_build(&second.arena, second.revision, second.count, &second.graph,
			&second.error));
		if (strcmp(order_of(&second, ""), ids))
			fail_msg("%s\nis %s\nor %s", text, ids, order_of(&second, ""));
		fixture_release(&first);
		fixture_release(&second);
	}
}

static const char *labels_of(struct fixture *fixture)
{
	struct names *labels = graph_labels(&fixture->arena, &fixture->graph);
	char *text = arena_strdup(&fixture->arena, "");

	for (uint32_t i = 0; i < fixture->count; i++)
		for (uint32_t k = 0; k < labels[i].count; k++)
			text = arena_printf(&fixture->arena, "%s%s%s:%s", text, *text ? " " : "",
				fixture->revision[i].id, labels[i].item[k]);
	return text;
}

static void expect_labels(const char *notation, const char *expected)
{
	struct fixture fixture;

	fixture_open(&fixture, notation, "");
	assert_string_equal(labels_of(&fixture), expected);
	fixture_release(&fixture);
}

static void a_label_shows_on_descendants_and_down_to_a_branch_point(void **state)
{
	(void)state;
	expect_labels("a; b<a; c<b [L]; d<c", "a:L b:L c:L d:L");
	expect_labels("a; b<a; c<b [L]; d<c; x<b", "c:L d:L");
	expect_labels("a; b<a; c<b [L]; d<c; e<c", "c:L d:L e:L");
	expect_labels("a; b; m<a,b; c<m [L]", "c:L");
	expect_labels("a; m<a [L]; n<m; o<a", "m:L n:L");
	expect_labels("a; b [L]; m<a,b [M]; n<m", "b:L m:L m:M n:L n:M");
	expect_labels("a; b<a [L]; x !a", "b:L");
	expect_labels("a; b<a [L] !a", "a:L b:L");
	expect_labels("a; b<a [L]; c<b !a", "b:L c:L");
	expect_labels("a; b<a [L]; y !b", "a:L b:L");
}

static void labels_are_sorted_by_name_whatever_declares_them(void **state)
{
	(void)state;
	expect_labels(
		"a [z,m]; b<a [k]; c<b [y]", "a:k a:m a:y a:z b:k b:m b:y b:z c:k c:m c:y c:z");
	expect_labels("a; b<a; c<a", "");
}

static void a_head_is_told_from_others(void **state)
{
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture, "a; b<a; x !b", "");
	assert_false(graph_is_head(&fixture.graph, 0, false));
	assert_true(graph_is_head(&fixture.graph, 1, false));
	assert_false(graph_is_head(&fixture.graph, 1, true));
	assert_true(graph_is_head(&fixture.graph, 2, true));
	fixture_release(&fixture);
}

static void lists_of_revisions_are_readable(void **state)
{
	struct fixture fixture;
	struct nodes nodes;

	(void)state;
	fixture_open(&fixture, "a;b;c;d;e;f;g;h;i;j", "");
	nodes = graph_heads(&fixture.arena, &fixture.graph, false);
	assert_string_equal(nodes_text(&fixture.arena, &fixture.graph, nodes),
		"a, b, c, d, e, f, g, h and 2 more");
	nodes.count = 8;
	assert_string_equal(
		nodes_text(&fixture.arena, &fixture.graph, nodes), "a, b, c, d, e, f, g and h");
	nodes.count = 2;
	assert_string_equal(nodes_text(&fixture.arena, &fixture.graph, nodes), "a and b");
	nodes.count = 1;
	assert_string_equal(nodes_text(&fixture.arena, &fixture.graph, nodes), "a");
	nodes.count = 0;
	assert_string_equal(nodes_text(&fixture.arena, &fixture.graph, nodes), "");
	fixture_release(&fixture);
}

static void a_long_cycle_is_reported_in_linear_space(void **state)
{
	enum { COUNT = 20000 };
	struct revision *revision = calloc(COUNT, sizeof *revision);
	struct migrate_error error = {0};
	struct arena arena = {0};
	struct graph graph;

	(void)state;
	for (uint32_t i = 0; i < COUNT; i++) {
		const char **parent = ARENA_ARRAY(&arena, 1, const char *);

		revision[i].id = arena_printf(&arena, "r%u", i);
		revision[i].file = revision[i].id;
		*parent = arena_printf(&arena, "r%u", (i + 1) % COUNT);
		revision[i].parents = (struct names){parent, 1};
	}
	assert_false(graph_build(&arena, revision, COUNT, &graph, &error));
	assert_in_range(strlen(error.message), COUNT * 8, COUNT * 10 + 100);
	assert_in_range(strlen(error.detail), COUNT * 15, COUNT * 30);
	migrate_error_clear(&error);
	arena_release(&arena);
	free(revision);
}

static void a_name_table_finds_what_was_added(void **state)
{
	struct arena arena = {0};
	struct nametable table;

	(void)state;
	nametable_init(&table, &arena, 5000);
	for (uint32_t i = 0; i < 5000; i++)
		assert_true(nametable_add(&table, arena_printf(&arena, "n%u", i), i));
	assert_false(nametable_add(&table, "n17", 99));
	assert_int_equal(table.count, 5000);
	for (uint32_t i = 0; i < 5000; i++)
		assert_int_equal(nametable_find(&table, arena_printf(&arena, "n%u", i)), i);
	assert_int_equal(nametable_find(&table, "n5000"), NAME_MISSING);
	nametable_init(&table, &arena, 2); /* two words of one hash */
	assert_true(nametable_add(&table, "costarring", 1));
	assert_true(nametable_add(&table, "liquid", 2));
	assert_int_equal(nametable_find(&table, "costarring"), 1);
	assert_int_equal(nametable_find(&table, "liquid"), 2);
	nametable_init(&table, &arena, 0);
	assert_int_equal(nametable_find(&table, ""), NAME_MISSING);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_graph_is_a_graph),
		cmocka_unit_test(a_duplicate_id_names_both_files),
		cmocka_unit_test(an_unknown_parent_or_dependency_is_named),
		cmocka_unit_test(a_parent_is_no_label),
		cmocka_unit_test(labels_are_unique_and_no_ids),
		cmocka_unit_test(a_label_given_twice_by_one_revision_is_one),
		cmocka_unit_test(a_revision_does_not_stand_on_itself),
		cmocka_unit_test(a_cycle_is_named_whole_the_way_an_upgrade_goes),
		cmocka_unit_test(a_cycle_through_dependencies_is_named),
		cmocka_unit_test(every_cycle_is_reported_once),
		cmocka_unit_test(all_offences_are_reported_at_once),
		cmocka_unit_test(after_many_offences_the_rest_is_counted),
		cmocka_unit_test(edges_named_twice_are_one),
		cmocka_unit_test(heads_and_bases_go_by_parents_real_heads_by_all_edges),
		cmocka_unit_test(lists_are_sorted_by_creation_then_id),
		cmocka_unit_test(a_lineage_is_ancestors_and_descendants_by_parents),
		cmocka_unit_test(order_stays_on_a_branch_as_long_as_it_can),
		cmocka_unit_test(order_ties_go_by_creation_then_id),
		cmocka_unit_test(order_of_some_is_as_if_there_were_no_others),
		cmocka_unit_test(parent_and_dependency_at_once_counts_as_it_should),
		cmocka_unit_test(order_never_depends_on_the_order_of_files),
		cmocka_unit_test(a_label_shows_on_descendants_and_down_to_a_branch_point),
		cmocka_unit_test(labels_are_sorted_by_name_whatever_declares_them),
		cmocka_unit_test(a_head_is_told_from_others),
		cmocka_unit_test(lists_of_revisions_are_readable),
		cmocka_unit_test(a_long_cycle_is_reported_in_linear_space),
		cmocka_unit_test(a_name_table_finds_what_was_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
