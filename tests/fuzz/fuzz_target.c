/* fuzz_target: any text as what a person types for a revision. The first byte says where the
 * database stands; the text is a target, an end of a range, and an identifier. What resolves names
 * revisions of the graph; plans begin at the database's rows, and their steps lead to the rows that
 * they promise. */
#include "core/plan.h"
#include "core/position.h"
#include "core/range.h"
#include "fuzz.h"

/* a - b - c - m, b - d - m, x - y (depends on d), and a label on d and on x. */
static const struct {
	const char *id, *parents[2], *label, *dependency;
} shape[] = {{"a1", {0}, NULL, NULL}, {"b2", {"a1"}, NULL, NULL}, {"c3", {"b2"}, NULL, NULL},
	{"d4", {"b2"}, "side", NULL}, {"m5", {"c3", "d4"}, NULL, NULL}, {"x6", {0}, "other", NULL},
	{"y7", {"x6"}, NULL, "d4"}, {"a1_b", {"m5"}, NULL, NULL}};

enum { COUNT = sizeof shape / sizeof *shape };

static const char *const stands[][2] = {{NULL}, {"a1"}, {"b2"}, {"c3", "d4"}, {"m5"},
	{"a1_b", "y7"}, {"x6"}, {"y7"}, {"c3", "x6"}, {"gone", "b2"}, {"b2", "c3"}};

static struct names names_of(const char *const *list, uint32_t limit)
{
	uint32_t count = 0;

	while (count < limit && list[count])
		count++;
	return (struct names){list, count};
}

static void build(struct arena *arena, struct graph *graph)
{
	struct revision *revision = ARENA_ARRAY(arena, COUNT, struct revision);
	struct migrate_error error = {0};

	for (uint32_t i = 0; i < COUNT; i++)
		revision[i] = (struct revision){.id = shape[i].id,
			.message = "",
			.created_at = i,
			.file = "x.sql",
			.parents = names_of(shape[i].parents, 2),
			.labels = names_of(&shape[i].label, 1),
			.dependencies = names_of(&shape[i].dependency, 1)};
	HOLDS(graph_build(arena, revision, COUNT, graph, &error));
}

static void check_nodes(struct nodes nodes)
{
	HOLDS(nodes.count <= COUNT);
	for (uint32_t i = 0; i < nodes.count; i++)
		HOLDS(nodes.item[i] < COUNT);
}

static void check_refusal(struct migrate_error *error)
{
	check_error(error);
	HOLDS(migrate_error_status(error->code) == 2);
	migrate_error_clear(error);
}

static void check_target(const struct resolver *resolver, const char *text)
{
	struct migrate_error error = {0};
	struct target target;
	uint32_t node;

	if (target_resolve(resolver, text, &target, &error))
		check_nodes(target.nodes);
	else
		check_refusal(&error);
	if (target_resolve_one(resolver, text, &node, &error))
		HOLDS(node < COUNT);
	else
		check_refusal(&error);
	target_asks_database(text);
}

static void check_range(const struct resolver *resolver, const char *text)
{
	struct migrate_error error = {0};
	const char *from, *to;
	struct nodes nodes;

	HOLDS(range_split(resolver->arena, text, &from, &to) == (strchr(text, ':') != NULL));
	if (!strchr(text, ':'))
		return;
	HOLDS(strlen(from) + 1 + strlen(to) == strlen(text));
	if (plan_range(resolver, from, to, &nodes, &error))
		check_nodes(nodes);
	else
		check_refusal(&error);
}

static void check_steps(struct arena *arena, const struct graph *graph, const struct plan *plan)
{
	uint8_t *rows = graph_marks(arena, graph);
	uint32_t count = 0;

	HOLDS(plan->count <= COUNT);
	for (uint32_t i = 0; i < plan->from.count; i++)
		rows[plan->from.item[i]] = 1;
	for (uint32_t i = 0; i < plan->count; i++) {
		HOLDS(plan->step[i].node < COUNT);
		plan_move(&plan->step[i], rows);
	}
	for (uint32_t i = 0; i < COUNT; i++)
		count += rows[i] != 0;
	HOLDS(count == plan->to.count);
	for (uint32_t i = 0; i < plan->to.count; i++)
		HOLDS(rows[plan->to.item[i]]);
}

static void check_plans(struct arena *arena, const struct graph *graph,
	const struct position *position, const char *text)
{
	struct migrate_error error = {0};
	struct plan plan;

	if (plan_upgrade(arena, graph, position, text, &plan, &error))
		check_steps(arena, graph, &plan);
	else
		check_refusal(&error);
	for (int cascade = 0; cascade < 2; cascade++) {
		if (plan_downgrade(arena, graph, position, text, cascade, &plan, &error))
			check_steps(arena, graph, &plan);
		else
			check_refusal(&error);
	}
	if (plan_stamp(arena, graph, position, &text, 1, false, &plan, &error))
		check_nodes(plan.to);
	else
		check_refusal(&error);
}

static void check_identifier(const char *text)
{
	size_t size = strlen(text);

	if (!identifier_is_valid(text, size))
		return;
	HOLDS(size > 0 && size <= REVISION_ID_LIMIT);
	HOLDS(!strpbrk(text, ":@+- ,/\n") && strcmp(text, "head") != 0 &&
		strcmp(text, "base") != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct position position;
	struct graph graph;
	struct names rows;
	char *text;

	if (!size)
		return 0;
	text = arena_strndup(
		&arena, (const char *)data + 1, strnlen((const char *)data + 1, size - 1));
	rows = names_of(stands[data[0] % (sizeof stands / sizeof *stands)], 2);
	build(&arena, &graph);
	position_find(&arena, &graph, &rows, &position);
	for (int asked = 0; asked < 2; asked++) {
		struct resolver resolver = {&arena, &graph, asked ? &position : NULL};

		check_target(&resolver, text);
		check_range(&resolver, text);
	}
	check_plans(&arena, &graph, &position, text);
	check_identifier(text);
	arena_release(&arena);
	return 0;
}
