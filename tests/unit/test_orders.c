#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/orders.h"
#include "graph_notation.h"

static struct orders find(struct fixture *f, const char *notation, const char *tips)
{
	struct names names;
	struct orders orders;
	struct nodes nodes;

	fixture_open(f, notation, "");
	names = notation_names(&f->arena, tips);
	nodes = (struct nodes){ARENA_ARRAY(&f->arena, names.count + 1, uint32_t), names.count};
	for (uint32_t i = 0; i < names.count; i++)
		nodes.item[i] = nametable_find(&f->graph.ids, names.item[i]);
	orders_find(&f->arena, &f->graph, nodes, &orders);
	return orders;
}

/* "base: order; order", each the revisions that run. */
static void expect(const char *notation, const char *tips, const char *expected)
{
	struct fixture f;
	struct orders orders = find(&f, notation, tips);
	char *text = arena_printf(&f.arena, "%s:", fixture_ids(&f, orders.base));

	for (uint32_t i = 0; i < orders.count; i++)
		text = arena_printf(&f.arena, "%s%s %s", text, i ? ";" : "",
			fixture_ids(&f, orders.item[i].nodes));
	assert_string_equal(text, expected);
	fixture_release(&f);
}

static void two_branches_run_either_one_first(void **state)
{
	(void)state;
	expect("a; b<a; c<a", "b c", "a: b c; c b");
	expect("a; b1<a; b2<b1; c1<a; c2<c1", "b2 c2", "a: b1 b2 c1 c2; c1 c2 b1 b2");
	expect("b; c", "b c", ": b c; c b");
}

static void three_branches_run_in_all_orders(void **state)
{
	(void)state;
	expect("a; b<a; c<a; d<a", "b c d", "a: b c d; b d c; c b d; c d b; d b c; d c b");
}

static void more_branches_run_with_each_first(void **state)
{
	(void)state;
	expect("a; b<a; c<a; d<a; e<a", "b c d e", "a: b c d e; c d e b; d e b c; e b c d");
}

static void a_branch_that_depends_on_another_runs_behind_it(void **state)
{
	(void)state;
	expect("a; b<a; c<a !b", "b c", "a b: c");
	expect("a; b<a; c<a !b; d<a", "b c d", "a: b c d; b d c; d b c");
	expect("a; b<a", "b", "a b: ");
}

static void branches_that_share_more_than_the_base_share_it_once(void **state)
{
	(void)state;
	expect("a; s<a; b<s; c<s; d<a", "b c d",
		"a: s b c d; s b d c; s c b d; s c d b; d s b c; d s c b");
}

static void a_branch_runs_alone_at_the_beginning_of_an_order(void **state)
{
	struct fixture f;
	struct orders orders = find(&f, "a; b1<a; b2<b1; c<a", "b2 c");

	(void)state;
	assert_int_equal(order_runs_alone(&orders, &orders.item[0], 0), 2);
	assert_int_equal(order_runs_alone(&orders, &orders.item[0], 1), 0);
	assert_int_equal(order_runs_alone(&orders, &orders.item[1], 0), 0);
	assert_int_equal(order_runs_alone(&orders, &orders.item[1], 1), 1);
	fixture_release(&f);
}

static void a_revision_is_of_a_branch_that_alone_stands_on_it(void **state)
{
	struct fixture f;
	struct orders orders = find(&f, "a; b<a; c<a", "b c");

	(void)state;
	assert_true(orders_is_of(&orders, nametable_find(&f.graph.ids, "b"), 0, 1));
	assert_false(orders_is_of(&orders, nametable_find(&f.graph.ids, "b"), 1, 0));
	assert_false(orders_is_of(&orders, nametable_find(&f.graph.ids, "a"), 0, 1));
	fixture_release(&f);
}

static void expect_joined(const char *notation, const char *node, const char *expected)
{
	struct fixture f;

	fixture_open(&f, notation, "");
	assert_string_equal(fixture_ids(&f, orders_joined(&f.arena, &f.graph,
						    nametable_find(&f.graph.ids, node))),
		expected);
	fixture_release(&f);
}

static void a_revision_joins_parents_and_dependencies(void **state)
{
	(void)state;
	expect_joined("a; b<a; c<a; d<b,c", "d", "b c");
	expect_joined("a; b<a; c<a; d<b !c", "d", "b c");
	expect_joined("a; b<a; c<b !a", "c", "b");
	expect_joined("a; b<a", "a", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_branches_run_either_one_first),
		cmocka_unit_test(three_branches_run_in_all_orders),
		cmocka_unit_test(more_branches_run_with_each_first),
		cmocka_unit_test(a_branch_that_depends_on_another_runs_behind_it),
		cmocka_unit_test(branches_that_share_more_than_the_base_share_it_once),
		cmocka_unit_test(a_branch_runs_alone_at_the_beginning_of_an_order),
		cmocka_unit_test(a_revision_is_of_a_branch_that_alone_stands_on_it),
		cmocka_unit_test(a_revision_joins_parents_and_dependencies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
