#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "graph_notation.h"

/* The graph of the manual's "shapes that lose data". */
static const char shapes[] = "a; b<a; c1<b [L1]; d1<c1; c2<b [L2]; d2<c2";
/* Two branches without a common base; the head of right depends on left's head. */
static const char depending[] = "l1 [left]; l2<l1; r1 [right]; r2<r1 !l2";

struct command {
	const char *name;
	bool downgrade, cascade;
};

static const struct command up = {"upgrade", false, false};
static const struct command down = {"downgrade", true, false};
static const struct command cascade = {"downgrade --cascade", true, true};

static bool plan_command(
	struct fixture *fixture, struct command command, const char *target, struct plan *plan)
{
	if (command.downgrade)
		return plan_downgrade(&fixture->arena, &fixture->graph, &fixture->position, target,
			command.cascade, plan, &fixture->error);
	return plan_upgrade(&fixture->arena, &fixture->graph, &fixture->position, target, plan,
		&fixture->error);
}

/* Plays a step's changes on rows kept as marks: what is removed was there, what is added was not.
 */
static void play(const struct plan_step *step, uint8_t *rows)
{
	for (uint32_t i = 0; i < step->remove.count; i++)
		assert_true(rows[step->remove.item[i]]);
	for (uint32_t i = 0; i < step->add.count; i++)
		assert_false(rows[step->add.item[i]]);
	plan_move(step, rows);
	for (uint32_t i = 0; i < step->remove.count; i++)
		assert_false(rows[step->remove.item[i]]);
	for (uint32_t i = 0; i < step->add.count; i++)
		assert_true(rows[step->add.item[i]]);
}

static void play_all(struct fixture *fixture, const struct plan *plan)
{
	uint8_t *rows = graph_marks(&fixture->arena, &fixture->graph);

	for (uint32_t i = 0; i < plan->from.count; i++)
		rows[plan->from.item[i]] = 1;
	for (uint32_t i = 0; i < plan->count; i++)
		play(&plan->step[i], rows);
	assert_string_equal(fixture_marked(fixture, rows), fixture_ids(fixture, plan->to));
}

static void expect_plan(const char *notation, const char *rows, struct command command,
	const char *target, const char *steps, const char *to)
{
	struct fixture fixture;
	struct plan plan;

	fixture_open(&fixture, notation, rows);
	if (!plan_command(&fixture, command, target, &plan))
		fail_msg("%s %s from %s: %s", command.name, target, rows, fixture.error.message);
	if (strcmp(fixture_steps(&fixture, &plan), steps) ||
		strcmp(fixture_ids(&fixture, plan.to), to))
		fail_msg("%s %s from %s runs %s, leaves %s; not %s, %s", command.name, target, rows,
			fixture_steps(&fixture, &plan), fixture_ids(&fixture, plan.to), steps, to);
	assert_int_equal(plan.downgrade, command.downgrade);
	assert_string_equal(
		fixture_ids(&fixture, plan.from), fixture_ids(&fixture, fixture.position.rows));
	play_all(&fixture, &plan);
	fixture_release(&fixture);
}

static void expect_no_plan(const char *notation, const char *rows, struct command command,
	const char *target, enum migrate_error_code code, const char *message)
{
	struct fixture fixture;
	struct plan plan;

	fixture_open(&fixture, notation, rows);
	if (plan_command(&fixture, command, target, &plan))
		fail_msg("%s %s from %s runs %s", command.name, target, rows,
			fixture_steps(&fixture, &plan));
	if (fixture.error.code != code || strcmp(fixture.error.message, message))
		fail_msg("%s %s from %s: %s: %s", command.name, target, rows,
			migrate_error_slug(fixture.error.code), fixture.error.message);
	assert_non_null(fixture.error.hint);
	fixture_release(&fixture);
}

/* Rows after each step: "-c1 +b;..." in the plan's order. */
static void expect_changes(const char *notation, const char *rows, struct command command,
	const char *target, const char *expected)
{
	struct fixture fixture;
	struct plan plan;
	char text[500] = "";

	fixture_open(&fixture, notation, rows);
	assert_true(plan_command(&fixture, command, target, &plan));
	for (uint32_t i = 0; i < plan.count; i++) {
		sprintf(text + strlen(text), "%s%s", i ? "; " : "",
			fixture.revision[plan.step[i].node].id);
		for (uint32_t k = 0; k < plan.step[i].remove.count; k++)
			sprintf(text + strlen(text), " -%s",
				fixture.revision[plan.step[i].remove.item[k]].id);
		for (uint32_t k = 0; k < plan.step[i].add.count; k++)
			sprintf(text + strlen(text), " +%s",
				fixture.revision[plan.step[i].add.item[k]].id);
	}
	assert_string_equal(text, expected);
	fixture_release(&fixture);
}

static void reverting_two_of_a_labelled_branch_reverts_only_those(void **state)
{
	(void)state;
	expect_plan(shapes, "d1 d2", down, "L1@-2", "d1 c1", "d2");
	expect_plan(shapes, "d1 d2", cascade, "L1@-2", "d1 c1", "d2");
}

static void reverting_into_the_trunk_under_another_branch_is_refused(void **state)
{
	(void)state;
	expect_no_plan(shapes, "d1 d2", down, "L1@-3", MIGRATE_E_REFUSED,
		"\"L1@-3\" would also revert 2 revisions of other branches: c2 and d2");
	expect_no_plan(shapes, "d1 d2", down, "L1@base", MIGRATE_E_REFUSED,
		"\"L1@base\" would also revert 2 revisions of other branches: c2 and d2");
	expect_plan(shapes, "d1 d2", cascade, "L1@-3", "d2 c2 d1 c1 b", "a");
	expect_plan(shapes, "d1 d2", cascade, "L1@base", "d2 c2 d1 c1 b a", "");
}

static void one_step_back_from_two_rows_is_refused(void **state)
{
	(void)state;
	expect_no_plan(shapes, "d1 d2", down, "-1", MIGRATE_E_REFUSED,
		"2 revisions are current, and the step could be from any of them: d1 and d2");
	expect_no_plan(shapes, "d1 d2", cascade, "-1", MIGRATE_E_REFUSED,
		"2 revisions are current, and the step could be from any of them: d1 and d2");
}

static void going_down_to_the_branch_point_reverts_both_branches(void **state)
{
	(void)state;
	expect_plan(shapes, "d1 d2", down, "b", "d2 c2 d1 c1", "b");
}

static void expect_stamp(const char *notation, const char *rows, const char *targets, bool purge,
	const char *expected)
{
	struct fixture fixture;
	struct names names;
	struct plan plan;

	fixture_open(&fixture, notation, rows);
	names = notation_names(&fixture.arena, targets);
	if (!plan_stamp(&fixture.arena, &fixture.graph, &fixture.position, names.item, names.count,
		    purge, &plan, &fixture.error))
		fail_msg("stamp %s: %s", targets, fixture.error.message);
	if (strcmp(fixture_ids(&fixture, plan.to), expected))
		fail_msg("stamp %s from %s leaves %s, not %s", targets, rows,
			fixture_ids(&fixture, plan.to), expected);
	assert_int_equal(plan.count, 0);
	assert_string_equal(
		fixture_ids(&fixture, plan.from), fixture_ids(&fixture, fixture.position.rows));
	fixture_release(&fixture);
}

static void stamping_an_unknown_id_is_an_error_before_anything(void **state)
{
	static const char *const targets[] = {"d1", "zz"};

	(void)state;
	for (int purge = 0; purge < 2; purge++) {
		struct fixture fixture;
		struct plan plan;

		fixture_open(&fixture, shapes, "d1 d2");
		assert_false(plan_stamp(&fixture.arena, &fixture.graph, &fixture.position, targets,
			2, purge, &plan, &fixture.error));
		assert_int_equal(fixture.error.code, MIGRATE_E_TARGET);
		fixture_release(&fixture);
	}
}

static void reverting_a_branch_that_another_depends_on_is_refused_by_name(void **state)
{
	(void)state;
	expect_no_plan(depending, "r2", down, "left@-1", MIGRATE_E_REFUSED,
		"\"left@-1\" would also revert 1 revision of other branches: r2");
	expect_plan(depending, "r2", cascade, "left@-1", "r2 l2", "l1 r1");
}

static void an_upgrade_runs_what_the_target_lacks(void **state)
{
	(void)state;
	expect_plan(shapes, "", up, "L1@head", "a b c1 d1", "d1");
	expect_plan(shapes, "b", up, "heads", "c1 d1 c2 d2", "d1 d2");
	expect_plan(shapes, "d1", up, "d2", "c2 d2", "d1 d2");
	expect_plan(shapes, "", up, "+2", "a b", "b");
	expect_plan(shapes, "b", up, "L2@+1", "c2", "c2");
	expect_plan(shapes, "b", up, "b@heads", "c1 d1 c2 d2", "d1 d2");
}

static void an_upgrade_to_what_is_applied_is_empty(void **state)
{
	(void)state;
	expect_plan(shapes, "d1", up, "d1", "", "d1");
	expect_plan(shapes, "d1", up, "a", "", "d1");
	expect_plan(shapes, "d1 d2", up, "heads", "", "d1 d2");
	expect_plan(shapes, "d1", up, "base", "", "d1");
	expect_plan(shapes, "d1", up, "current", "", "d1");
	expect_plan("", "", up, "head", "", "");
}

static void dependencies_come_along(void **state)
{
	(void)state;
	expect_plan(depending, "", up, "right@head", "l1 l2 r1 r2", "r2");
	expect_plan(depending, "r1", up, "+1", "l1 l2 r2", "r2");
	expect_plan("x; a; b<a !L; c<b; y<x [L]", "", up, "b", "a x y b", "b");
}

static void an_upgrade_does_not_go_down_nor_a_downgrade_up(void **state)
{
	(void)state;
	expect_no_plan(
		shapes, "d1", up, "-1", MIGRATE_E_TARGET, "\"-1\" leads down, and upgrade goes up");
	expect_no_plan(shapes, "a", down, "+1", MIGRATE_E_TARGET,
		"\"+1\" leads up, and downgrade goes down");
	expect_no_plan(shapes, "a", up, "zz", MIGRATE_E_TARGET,
		"no revision has the id, label or prefix \"zz\"");
	expect_no_plan(shapes, "a", down, "zz", MIGRATE_E_TARGET,
		"no revision has the id, label or prefix \"zz\"");
	expect_no_plan(
		shapes, "a", up, "head", MIGRATE_E_MULTIPLE_HEADS, "there are 2 heads: d1 and d2");
}

static void a_downgrade_to_a_row_is_empty(void **state)
{
	(void)state;
	expect_plan(shapes, "d1 d2", down, "d1", "", "d1 d2");
	expect_plan(shapes, "d1 d2", down, "L1@d1", "", "d1 d2");
	expect_plan(shapes, "d1", down, "current", "", "d1");
	expect_plan(shapes, "", down, "base", "", "");
	expect_plan(shapes, "d2", down, "b", "d2 c2", "b");
	expect_plan(depending, "l2", down, "right@base", "", "l2");
}

static void a_downgrade_to_base_takes_everything(void **state)
{
	(void)state;
	expect_plan(shapes, "d1 d2", down, "base", "d2 c2 d1 c1 b a", "");
	expect_plan(depending, "r2", down, "base", "r2 r1 l2 l1", "");
}

static void a_downgrade_goes_to_what_is_applied_and_stood_upon(void **state)
{
	(void)state;
	expect_no_plan(shapes, "b", down, "c1", MIGRATE_E_REFUSED,
		"revision c1 is not applied, so there is no going down to it");
	expect_no_plan(depending, "r2", down, "l2", MIGRATE_E_REFUSED,
		"revision l2 is applied only because other branches depend on it");
	expect_no_plan(shapes, "d2", down, "L1@b", MIGRATE_E_REFUSED,
		"nothing of that branch is applied above revision b");
	expect_no_plan(depending, "r2", down, "left@current", MIGRATE_E_REFUSED,
		"revision l2 is applied only because other branches depend on it");
	expect_no_plan(depending, "r2", cascade, "left@current", MIGRATE_E_REFUSED,
		"revision l2 is applied only because other branches depend on it");
	expect_no_plan(shapes, "d1 d2", down, "heads", MIGRATE_E_REFUSED,
		"\"heads\" is 2 revisions, and a downgrade goes to one");
}

static void a_branch_narrows_the_roots(void **state)
{
	(void)state;
	expect_plan(shapes, "d1 d2", down, "L1@b", "d1 c1", "d2");
	expect_plan(shapes, "d1", down, "L1@base", "d1 c1 b a", "");
	expect_plan(depending, "l2 r1", down, "left@base", "l2 l1", "r1");
	expect_no_plan(depending, "r2", down, "left@base", MIGRATE_E_REFUSED,
		"\"left@base\" would also revert 1 revision of other branches: r2");
	expect_plan(depending, "r2", cascade, "left@base", "r2 l2 l1", "r1");
	expect_plan(depending, "r2", down, "right@base", "r2 r1", "l2");
}

static void one_step_back_takes_the_row_and_never_a_sibling(void **state)
{
	(void)state;
	expect_plan("p; r<p !s; s<p", "r", down, "-1", "r", "s");
	expect_plan("p; r<p !s; s<p", "r", down, "p", "r s", "p");
	expect_plan("a; b<a", "b", down, "-2", "b a", "");
	expect_plan("a; b<a; c<b", "c", down, "-1", "c", "b");
}

static void a_step_back_from_a_symbol_goes_to_a_point(void **state)
{
	(void)state;
	expect_plan(shapes, "d1 d2", down, "d1-2", "d2 c2 d1 c1", "b");
	expect_plan(shapes, "d1 d2", down, "L1@head-2", "d1 c1", "d2");
	expect_plan(shapes, "d1 d2", down, "base+2", "d2 c2 d1 c1", "b");
	expect_plan(shapes, "d1 d2", down, "d1-4", "d2 c2 d1 c1 b a", "");
}

static void a_walk_down_does_not_pass_a_merge(void **state)
{
	(void)state;
	expect_no_plan("a; b<a; c<a; m<b,c", "m", down, "-1", MIGRATE_E_AMBIGUOUS,
		"m is a merge of 2 revisions: b and c");
	expect_plan("a; b<a; c<a; m<b,c", "m", down, "b", "m", "b c");
}

static void a_branch_walks_back_from_its_tip_where_others_hide_the_row(void **state)
{
	(void)state;
	expect_plan("l1 [left]; l2<l1; l3<l2; r1 !l1", "l3 r1", down, "left@-2", "l3 l2", "r1");
	expect_plan("a; b<a [B]; c<a; x !c", "b x", down, "B@-1", "b", "x");
}

static void rows_follow_the_applied_set(void **state)
{
	(void)state;
	expect_changes(
		depending, "", up, "right@head", "l1 +l1; l2 -l1 +l2; r1 +r1; r2 -l2 -r1 +r2");
	expect_changes(depending, "r2", down, "base", "r2 -r2 +l2 +r1; r1 -r1; l2 -l2 +l1; l1 -l1");
	expect_changes("a; b<a; c<a; m<b,c", "", up, "head", "a +a; b -a +b; c +c; m -b -c +m");
	expect_changes("a; b<a; c<a; m<b,c", "m", down, "base", "m -m +b +c; c -c; b -b +a; a -a");
}

static void redundant_edges_change_nothing(void **state)
{
	(void)state;
	expect_changes("a; b<a; c<b,a !a,b", "b", up, "c", "c -b +c");
	expect_changes("a; b<a; c<b,a !a,b", "c", down, "base", "c -c +b; b -b +a; a -a");
	expect_changes("a; b<a !a", "", up, "b", "a +a; b -a +b");
	expect_changes("a; b<a !a", "b", down, "-1", "b -b +a");
	expect_changes("a; b<a; x; y<x !a,b", "b x", up, "y", "y -b -x +y");
	expect_changes("a; b<a; x; y<x !a,b", "y", down, "x", "y -y +b +x");
}

static void a_revision_with_a_dependent_has_no_row_until_that_goes(void **state)
{
	(void)state;
	expect_changes("a; b<a; x !b", "b", up, "x", "x -b +x");
	expect_changes("a; b<a; x !b", "x", up, "heads", "");
	expect_changes("a; b<a; c<b; x !b", "x", up, "c", "c +c");
	expect_changes("a; b<a; c<b; x !b", "c x", down, "c-1", "c -c");
}

static void overlapping_rows_are_normalised_first(void **state)
{
	(void)state;
	expect_plan(shapes, "a b d1", up, "L2@head", "c2 d2", "d1 d2");
	expect_plan(shapes, "a d1", down, "-1", "d1", "c1");
	expect_plan(shapes, "zz d1", up, "d2", "c2 d2", "d1 d2");
}

static void a_stamp_replaces_related_rows_and_keeps_others(void **state)
{
	(void)state;
	expect_stamp(shapes, "", "b", false, "b");
	expect_stamp(shapes, "d1", "a", false, "a");
	expect_stamp(shapes, "a", "d2", false, "d2");
	expect_stamp(shapes, "d1 d2", "c1", false, "c1 d2");
	expect_stamp(shapes, "d1 d2", "b", false, "b");
	expect_stamp(shapes, "d1", "d2", false, "d1 d2");
	expect_stamp(shapes, "d1", "heads", false, "d1 d2");
	expect_stamp(shapes, "d1", "L1@-1", false, "c1");
	expect_stamp(depending, "l1", "r2", false, "r2");
	expect_stamp(depending, "r2", "l1", false, "l1");
	expect_stamp(depending, "l2 r1", "l1", false, "l1 r1");
}

static void a_stamp_of_several_is_their_union_normalised(void **state)
{
	(void)state;
	expect_stamp(shapes, "a", "d1 d2", false, "d1 d2");
	expect_stamp(shapes, "", "a d1", false, "d1");
	expect_stamp(shapes, "d2", "c1 d1", false, "d1 d2");
	expect_stamp(depending, "", "l2 r2", false, "r2");
	expect_stamp(shapes, "d1 d2", "base c1", false, "c1");
}

static void a_stamp_of_base_takes_every_row_or_those_of_the_branch(void **state)
{
	(void)state;
	expect_stamp(shapes, "d1 d2", "base", false, "");
	expect_stamp(shapes, "d1 d2", "L1@base", false, "d2");
	expect_stamp(shapes, "a", "L1@base", false, "");
	expect_stamp(depending, "l2 r1", "left@base", false, "r1");
	expect_stamp(depending, "r2", "left@base", false, "");
	expect_stamp(depending, "r2", "right@base", false, "");
	expect_stamp(depending, "l1 r1", "left@-1", false, "r1");
	expect_stamp("l [left]; r !l", "r", "left@-1", false, "");
	expect_stamp("a", "a", "-1", false, "");
	expect_stamp("", "", "base", false, "");
}

static void a_purge_leaves_the_targets_alone(void **state)
{
	(void)state;
	expect_stamp(shapes, "d1 d2", "c1", true, "c1");
	expect_stamp(shapes, "d1 d2", "base", true, "");
	expect_stamp(shapes, "zz d2", "d1", true, "d1");
}

static void expect_range(const char *notation, const char *rows, const char *from, const char *to,
	const char *expected)
{
	struct fixture fixture;
	struct resolver resolver;
	struct nodes nodes;

	fixture_open(&fixture, notation, rows);
	resolver = fixture_resolver(&fixture);
	if (!plan_range(&resolver, from, to, &nodes, &fixture.error))
		fail_msg("%s:%s: %s", from, to, fixture.error.message);
	if (strcmp(fixture_ids(&fixture, nodes), expected))
		fail_msg("%s:%s is %s, not %s", from, to, fixture_ids(&fixture, nodes), expected);
	fixture_release(&fixture);
}

static void expect_no_range(const char *from, const char *to, const char *message)
{
	struct fixture fixture;
	struct resolver resolver;
	struct nodes nodes;

	fixture_open(&fixture, shapes, "d1");
	resolver = fixture_resolver(&fixture);
	assert_false(plan_range(&resolver, from, to, &nodes, &fixture.error));
	assert_int_equal(fixture.error.code, MIGRATE_E_TARGET);
	assert_string_equal(fixture.error.message, message);
	assert_non_null(fixture.error.hint);
	fixture_release(&fixture);
}

static void a_range_holds_both_its_ends(void **state)
{
	(void)state;
	expect_range(shapes, "", "b", "d1", "b c1 d1");
	expect_range(shapes, "", "b", "", "b c1 d1 c2 d2");
	expect_range(shapes, "", "", "c1", "a b c1");
	expect_range(shapes, "", "", "", "a b c1 d1 c2 d2");
	expect_range(shapes, "", "base", "heads", "a b c1 d1 c2 d2");
	expect_range(shapes, "", "d1", "d1", "d1");
	expect_range(shapes, "d1", "-1", "current", "c1 d1");
	expect_range(shapes, "d1", "current", "", "d1");
	expect_range(shapes, "", "L1@head-1", "L1@head", "c1 d1");
	expect_range(depending, "", "l1", "r2", "l1 l2 r2");
	expect_range(depending, "", "", "r2", "l1 l2 r1 r2");
}

static void a_range_from_a_branchs_base_is_what_the_branch_needs(void **state)
{
	(void)state;
	expect_range(shapes, "", "L1@base", "", "a b c1 d1");
	expect_range(depending, "", "right@base", "", "l1 l2 r1 r2");
	expect_range(depending, "", "left@base", "", "l1 l2");
}

static void a_range_that_ends_at_base_is_empty(void **state)
{
	(void)state;
	expect_range(shapes, "", "", "base", "");
	expect_range("", "", "", "", "");
	expect_range(shapes, "", "", "current", "");
}

static void a_range_the_wrong_way_round_is_refused(void **state)
{
	(void)state;
	expect_no_range("d1", "a", "\"d1\" is not below \"a\"");
	expect_no_range("d1", "d2", "\"d1\" is not below \"d2\"");
	expect_no_range("zz", "d2", "no revision has the id, label or prefix \"zz\"");
	expect_no_range("a", "zz", "no revision has the id, label or prefix \"zz\"");
}

static void a_single_step_is_planned_from_any_position(void **state)
{
	struct fixture fixture;
	struct plan plan;

	(void)state;
	fixture_open(&fixture, shapes, "b");
	plan_single(&fixture.arena, &fixture.graph, &fixture.position,
		nametable_find(&fixture.graph.ids, "c1"), false, &plan);
	assert_int_equal(plan.count, 1);
	assert_false(plan.downgrade);
	assert_string_equal(fixture_ids(&fixture, plan.from), "b");
	assert_string_equal(fixture_ids(&fixture, plan.to), "c1");
	play_all(&fixture, &plan);
	plan_single(&fixture.arena, &fixture.graph, &fixture.position,
		nametable_find(&fixture.graph.ids, "b"), true, &plan);
	assert_int_equal(plan.count, 1);
	assert_true(plan.downgrade);
	assert_string_equal(fixture_ids(&fixture, plan.to), "a");
	play_all(&fixture, &plan);
	fixture_release(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reverting_two_of_a_labelled_branch_reverts_only_those),
		cmocka_unit_test(reverting_into_the_trunk_under_another_branch_is_refused),
		cmocka_unit_test(one_step_back_from_two_rows_is_refused),
		cmocka_unit_test(going_down_to_the_branch_point_reverts_both_branches),
		cmocka_unit_test(stamping_an_unknown_id_is_an_error_before_anything),
		cmocka_unit_test(reverting_a_branch_that_another_depends_on_is_refused_by_name),
		cmocka_unit_test(an_upgrade_runs_what_the_target_lacks),
		cmocka_unit_test(an_upgrade_to_what_is_applied_is_empty),
		cmocka_unit_test(dependencies_come_along),
		cmocka_unit_test(an_upgrade_does_not_go_down_nor_a_downgrade_up),
		cmocka_unit_test(a_downgrade_to_a_row_is_empty),
		cmocka_unit_test(a_downgrade_to_base_takes_everything),
		cmocka_unit_test(a_downgrade_goes_to_what_is_applied_and_stood_upon),
		cmocka_unit_test(a_branch_narrows_the_roots),
		cmocka_unit_test(one_step_back_takes_the_row_and_never_a_sibling),
		cmocka_unit_test(a_step_back_from_a_symbol_goes_to_a_point),
		cmocka_unit_test(a_walk_down_does_not_pass_a_merge),
		cmocka_unit_test(a_branch_walks_back_from_its_tip_where_others_hide_the_row),
		cmocka_unit_test(rows_follow_the_applied_set),
		cmocka_unit_test(redundant_edges_change_nothing),
		cmocka_unit_test(a_revision_with_a_dependent_has_no_row_until_that_goes),
		cmocka_unit_test(overlapping_rows_are_normalised_first),
		cmocka_unit_test(a_stamp_replaces_related_rows_and_keeps_others),
		cmocka_unit_test(a_stamp_of_several_is_their_union_normalised),
		cmocka_unit_test(a_stamp_of_base_takes_every_row_or_those_of_the_branch),
		cmocka_unit_test(a_purge_leaves_the_targets_alone),
		cmocka_unit_test(a_range_holds_both_its_ends),
		cmocka_unit_test(a_range_from_a_branchs_base_is_what_the_branch_needs),
		cmocka_unit_test(a_range_that_ends_at_base_is_empty),
		cmocka_unit_test(a_range_the_wrong_way_round_is_refused),
		cmocka_unit_test(a_single_step_is_planned_from_any_position),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
