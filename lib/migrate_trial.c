/* migrate_trial: the branches of a merge in each order, on scratch databases.
 *
 * Surprising: on a server an order is undone by its downgrades, the last one too, and the next runs
 * in the same database if the schema is the base's again: what scripts make outside of the
 * database, a role, could not be made twice, and must not stay. In memory each order has a new one.
 */
#include <string.h>

#include "base/error.h"
#include "schema/touch.h"
#include "scratch.h"
#include "trial.h"

struct trying {
	struct migrate *migrate;
	struct trial *trial;
	struct orders orders;
	struct scratch scratch;
	struct arena memory; /* of one script */
	struct arena kept;   /* of the whole trial */
	struct schema base, first;
	const struct order *first_order; /* the one that made `first`; NULL: none has */
	struct touches touches;          /* tag: the revision */
	uint8_t *touched;                /* marks: revisions whose touches are known */
};

/* -------- Running -------- */

static bool run(struct trying *t, uint32_t node, bool downgrade, struct migrate_error *error)
{
	arena_release(&t->memory);
	return scratch_run(&t->scratch, &t->memory, node, downgrade, error);
}

static bool read_schema(struct trying *t, struct schema *schema, struct migrate_error *error)
{
	return project_read_schema(t->migrate, t->scratch.db, &t->kept, schema, error);
}

static bool start(struct trying *t, struct migrate_error *error)
{
	scratch_close(&t->scratch);
	arena_release(&t->memory);
	if (!scratch_open(&t->scratch, t->migrate, error) ||
		!scratch_lock(&t->scratch, &t->memory, error))
		return false;
	for (uint32_t i = 0; i < t->orders.base.count; i++)
		if (!run(t, t->orders.base.item[i], false, error))
			return false;
	return true;
}

static bool is_at_base(struct trying *t)
{
	struct migrate_error ignored = {0};
	struct schema_changes changes;
	struct schema schema;
	bool good = read_schema(t, &schema, &ignored);

	if (good)
		schema_compare(&t->kept, &t->base, &schema, &changes);
	migrate_error_clear(&ignored);
	return good && !changes.count;
}

/* Is it a server's, where scripts may make what is outside of it? */
static bool is_on_server(const struct trying *t)
{
	return !t->migrate->driver->memory_url;
}

/* The first `count` of the nodes. False: not all of them; error only for a signal. */
static bool revert(
	struct trying *t, struct nodes nodes, uint32_t count, struct migrate_error *error)
{
	struct migrate_error failure = {0};
	bool down = is_on_server(t);

	while (down && count)
		down = run(t, nodes.item[--count], true, &failure);
	if (project_was_stopped(&failure))
		error_copy(error, &failure);
	migrate_error_clear(&failure);
	return down;
}

/* Back to the base. ran: how many of the order there are. */
static bool go_back(
	struct trying *t, const struct order *order, uint32_t ran, struct migrate_error *error)
{
	bool down = revert(t, order->nodes, ran, error);

	return !error->code && ((down && is_at_base(t)) || start(t, error));
}

/* So that nothing stays on the server, where the scripts can do that. */
static bool leave(
	struct trying *t, const struct order *order, uint32_t ran, struct migrate_error *error)
{
	if (revert(t, order->nodes, ran, error))
		revert(t, t->orders.base, t->orders.base.count, error);
	return !error->code;
}

/* -------- What a branch touches -------- */

/* Adds what a group of revisions has changed since `before`, which becomes what is there now. */
static bool touch(
	struct trying *t, uint32_t node, struct schema *before, struct migrate_error *error)
{
	struct schema_changes changes;
	struct schema now;

	if (!read_schema(t, &now, error))
		return false;
	schema_compare(&t->kept, before, &now, &changes);
	touches_add(&t->kept, &changes, node, &t->touches);
	*before = now;
	return true;
}

/* Do the same branches have both? */
static bool are_together(const struct trying *t, uint32_t left, uint32_t right)
{
	for (uint32_t i = 0; i < t->orders.tips.count; i++)
		if (t->orders.below[i][left] != t->orders.below[i][right])
			return false;
	return true;
}

/* How many of an order's first revisions have to be looked at, because a tip's branch runs alone.
 */
static uint32_t find_alone(const struct trying *t, const struct order *order)
{
	uint32_t most = 0;

	for (uint32_t i = 0; t->trial->with_overlaps && i < t->orders.tips.count; i++) {
		uint32_t count = order_runs_alone(&t->orders, order, i);

		if (count > most && !t->touched[order->nodes.item[count - 1]])
			most = count;
	}
	return most;
}

/* -------- One order -------- */

static const char *order_text(struct trying *t, const struct order *order)
{
	const char *text = "";

	for (uint32_t i = 0; i < order->tips.count; i++)
		text = arena_printf(&t->kept, "%s%s%s", text, i ? ", " : "",
			t->migrate->graph.revision[order->tips.item[i]].id);
	return text;
}

/* Of the script: the way to the database is broken, or somebody wants to stop. */
static bool says_nothing(const struct migrate_error *failure)
{
	return project_was_stopped(failure) || failure->code == MIGRATE_E_CONNECT ||
	       failure->code == MIGRATE_E_UNKNOWN_OUTCOME || failure->code == MIGRATE_E_LOCKED;
}

/* A script that fails: in this order, which another one may not share. */
static bool refuse_failure(struct trying *t, const struct order *order, uint32_t node,
	const struct migrate_error *failure, struct migrate_error *error)
{
	struct migrate_error *refusal = &t->trial->refusal;

	if (says_nothing(failure))
		return error_copy(error, failure);
	if (refusal->code)
		return true;
	t->trial->node = node;
	error_copy(refusal, failure);
	error_recast(refusal, MIGRATE_E_REFUSED,
		"with the branches in the order %s the upgrade of %s fails: %s",
		order_text(t, order), t->migrate->graph.revision[node].id, failure->message);
	return true;
}

/* *ran: how many have run; fewer than there are is a refusal. */
static bool run_order(
	struct trying *t, const struct order *order, uint32_t *ran, struct migrate_error *error)
{
	uint32_t alone = find_alone(t, order);
	struct schema before = t->base;
	struct migrate_error failure = {0};
	bool good;

	for (*ran = 0; *ran < order->nodes.count; ++*ran) {
		uint32_t node = order->nodes.item[*ran];

		if (!run(t, node, false, &failure)) {
			good = refuse_failure(t, order, node, &failure, error);
			migrate_error_clear(&failure);
			return good;
		}
		if (*ran >= alone)
			continue;
		t->touched[node] = 1;
		if (*ran + 1 < alone && are_together(t, node, order->nodes.item[*ran + 1]))
			continue;
		if (!touch(t, node, &before, error))
			return false;
	}
	return true;
}

static void refuse_difference(
	struct trying *t, const struct order *order, const struct schema_changes *changes)
{
	struct trial *trial = t->trial;

	error_set(&trial->refusal, MIGRATE_E_REFUSED,
		"the branches make one schema in the order %s, and another in the order %s: %s",
		order_text(t, t->first_order), order_text(t, order),
		project_schema_changes(t->migrate, changes));
	trial->diff = project_schema_diff(t->migrate, changes,
		project_diff_header(
			t->migrate, order_text(t, t->first_order), order_text(t, order)));
}

/* Of an order that has run to its end. */
static bool compare(struct trying *t, const struct order *order, struct migrate_error *error)
{
	struct schema_changes changes;
	struct schema schema;

	if (!read_schema(t, &schema, error))
		return false;
	if (!t->first_order) {
		t->first = schema;
		t->first_order = order;
		return true;
	}
	schema_compare(&t->kept, &t->first, &schema, &changes);
	if (changes.count && !t->trial->refusal.code)
		refuse_difference(t, order, &changes);
	return true;
}

/* -------- All orders -------- */

static bool try_order(struct trying *t, const struct order *order, struct migrate_error *error)
{
	bool last = order + 1 == t->orders.item + t->orders.count;
	uint32_t ran;

	if (!run_order(t, order, &ran, error))
		return false;
	if (ran == order->nodes.count && !compare(t, order, error))
		return false;
	return last ? leave(t, order, ran, error) : go_back(t, order, ran, error);
}

static bool try_all(struct trying *t, struct migrate_error *error)
{
	if (!start(t, error) || !read_schema(t, &t->base, error))
		return false;
	for (uint32_t i = 0; i < t->orders.count; i++)
		if (!try_order(t, &t->orders.item[i], error))
			return false;
	return true;
}

/* -------- Where two branches meet -------- */

struct lines {
	const char **item;
	size_t count, capacity;
};

static void add_line(struct trying *t, struct lines *lines, const char *text)
{
	ARENA_GROW(&t->migrate->arena, lines->item, lines->count, lines->capacity);
	lines->item[lines->count++] = arena_strdup(&t->migrate->arena, text);
}

/* What a tip's branch has touched, and another's has not in the same revision. */
static struct touches touches_of(struct trying *t, uint32_t tip, uint32_t other)
{
	struct touches own = {0};

	for (uint32_t i = 0; i < t->touches.count; i++) {
		if (!orders_is_of(&t->orders, t->touches.item[i].tag, tip, other))
			continue;
		ARENA_GROW(&t->kept, own.item, own.count, own.capacity);
		own.item[own.count++] = t->touches.item[i];
	}
	return own;
}

static void find_meeting(
	struct trying *t, uint32_t left, uint32_t right, struct lines *same, struct lines *parts)
{
	const struct revision *revision = t->migrate->graph.revision;
	const char *first = revision[t->orders.tips.item[left]].id;
	const char *second = revision[t->orders.tips.item[right]].id;
	struct touches lefts = touches_of(t, left, right), rights = touches_of(t, right, left);
	struct overlap overlap;

	touches_overlap(&t->kept, &lefts, &rights, &overlap);
	for (uint32_t i = 0; i < overlap.same.count; i++)
		add_line(t, same,
			arena_printf(&t->kept, "the branches %s and %s both change %s", first,
				second, overlap.same.item[i]));
	for (uint32_t i = 0; i < overlap.whole.count; i++) {
		const char *whole = overlap.whole.item[i];

		add_line(t, parts,
			arena_printf(&t->kept,
				"the branches %s and %s both change %s: %s (%s), %s (%s)", first,
				second, whole, touches_text(&t->kept, &lefts, whole), first,
				touches_text(&t->kept, &rights, whole), second));
	}
}

static void find_meetings(struct trying *t)
{
	struct lines same = {0}, parts = {0};

	for (uint32_t left = 0; left < t->orders.tips.count; left++)
		for (uint32_t right = left + 1; right < t->orders.tips.count; right++)
			find_meeting(t, left, right, &same, &parts);
	t->trial->same = (struct migrate_list){same.item, same.count};
	t->trial->parts = (struct migrate_list){parts.item, parts.count};
}

/* Each order ends with it. */
static void add_join(struct trying *t, uint32_t join)
{
	for (uint32_t i = 0; join != NODE_NONE && i < t->orders.count; i++) {
		struct nodes *nodes = &t->orders.item[i].nodes;

		nodes->item[nodes->count++] = join;
	}
}

bool trial_run(struct migrate *migrate, struct nodes tips, uint32_t join, struct trial *trial,
	struct migrate_error *error)
{
	struct trying t = {.migrate = migrate, .trial = trial};
	bool good = true;

	trial->node = NODE_NONE;
	orders_find(&t.kept, &migrate->graph, tips, &t.orders);
	add_join(&t, join);
	t.touched = graph_marks(&t.kept, &migrate->graph);
	if (t.orders.count > 1) {
		project_disconnect(migrate);
		good = try_all(&t, error);
		scratch_close(&t.scratch);
		find_meetings(&t);
	}
	arena_release(&t.memory);
	arena_release(&t.kept);
	return good;
}
