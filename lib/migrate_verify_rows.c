/* migrate_verify_rows: the rows that a file puts in, and whether they survive where the schema
 * does.
 *
 * An upgrade may change values on purpose, so nothing is said of that alone: the rows after the
 * downgrade have to be those before the upgrade, and the rows after the second upgrade those after
 * the first, in tables and columns that are there each time. */
#include <fcntl.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/utf8.h"
#include "core/target.h"
#include "verify.h"

/* -------- The file -------- */

static uint32_t first_of_range(const struct verifying *v)
{
	for (uint32_t i = 0; i < v->order.count; i++)
		if (v->wanted[v->order.item[i]])
			return v->order.item[i];
	return NODE_NONE;
}

static bool find_nodes(struct verifying *v, struct migrate_error *error)
{
	struct arena *arena = &v->migrate->arena;
	struct resolver resolver = {arena, &v->migrate->graph, NULL};
	struct seeding *seeding = &v->seeding;

	seeding->node = ARENA_ARRAY(arena, seeding->seeds.count + 1, uint32_t);
	for (uint32_t i = 0; i < seeding->seeds.count; i++) {
		const struct seed *seed = &seeding->seeds.item[i];

		seeding->node[i] = first_of_range(v);
		if (seed->at && !target_resolve_one(&resolver, seed->at, &seeding->node[i], error))
			return error_at(error, v->verify->data, seed->at_line, 1);
	}
	return true;
}

bool verify_read_seeds(struct verifying *v, struct migrate_error *error)
{
	const char *file = v->verify->data, *text;
	struct arena *arena = &v->migrate->arena;
	size_t size, mark;

	if (!file)
		return true;
	text = file_read(arena, AT_FDCWD, file, file, SCRIPT_LIMIT, &size, MIGRATE_E_SCRIPT, error);
	if (!text)
		return false;
	mark = utf8_mark(text, size);
	return seeds_parse(arena, file, text + mark, size - mark, &v->seeding.seeds, error) &&
	       find_nodes(v, error);
}

bool verify_seed(
	struct verifying *v, struct scratch *scratch, uint32_t node, struct migrate_error *error)
{
	for (uint32_t i = 0; i < v->seeding.seeds.count; i++)
		if (v->seeding.node[i] == node &&
			!scratch_seed(scratch, &v->memory, &v->seeding.seeds.item[i],
				v->verify->data, error))
			return false;
	return true;
}

/* -------- The rows -------- */

void verify_forget_rows(struct verifying *v, bool looks)
{
	arena_release(&v->seeding.memory);
	v->seeding.looks = looks && v->verify->data;
}

bool verify_keep_rows(struct verifying *v, enum moment moment, struct migrate_error *error)
{
	struct arena *memory = &v->seeding.memory;
	struct rows *rows = &v->seeding.rows[moment];
	struct schema schema;

	if (!v->seeding.looks)
		return true;
	if (!project_read_schema(v->migrate, v->subject.db, memory, &schema, error))
		return false;
	rows_tables(memory, &schema, rows);
	for (uint32_t i = 0; i < rows->count; i++)
		if (!v->migrate->driver->read_table(v->subject.db, memory, &rows->item[i], error))
			return false;
	return true;
}

static void find_lost(
	struct verifying *v, uint32_t node, enum moment moment, const struct names *lost)
{
	const struct revision *revision = &v->migrate->graph.revision[node];
	bool down = moment == ROWS_DOWN;
	const char *what =
		down ? "the downgrade of %s does not bring back the rows that were there "
		       "before: %s"
		     : "the second upgrade of %s makes other rows than the first: %s";

	for (uint32_t i = 0; i < lost->count; i++)
		verify_place(v,
			findings_add(&v->found, MIGRATE_CHECK_VERIFY,
				arena_printf(
					&v->migrate->arena, what, revision->id, lost->item[i])),
			node, down ? &revision->downgrade : &revision->upgrade);
}

/* It went in between: by the upgrade where the downgrade has made it again. */
static void tell_gone(
	struct verifying *v, uint32_t node, enum moment moment, const struct names *gone)
{
	const struct revision *revision = &v->migrate->graph.revision[node];
	bool up = moment == ROWS_DOWN;

	for (uint32_t i = 0; i < gone->count; i++)
		project_emit(v->migrate, MIGRATE_NOTICE,
			arena_printf(&v->migrate->arena,
				"%s:%u: the data of %s does not survive the %s of %s",
				revision->file,
				up ? revision->upgrade.line : revision->downgrade.line,
				gone->item[i], up ? "upgrade" : "downgrade", revision->id));
}

bool verify_compare_rows(struct verifying *v, uint32_t node, enum moment moment, bool *same,
	struct migrate_error *error)
{
	const struct rows *rows = v->seeding.rows;
	struct rows_changes changes;

	*same = true;
	if (!v->seeding.looks)
		return true;
	if (!verify_keep_rows(v, moment, error))
		return false;
	rows_compare(
		&v->seeding.memory, &rows[moment - 2], &rows[moment - 1], &rows[moment], &changes);
	find_lost(v, node, moment, &changes.lost);
	tell_gone(v, node, moment, &changes.gone);
	*same = !changes.lost.count;
	return true;
}
