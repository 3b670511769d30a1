/* migrate_changes: scripts that were edited since they ran. Surprising: checksums tell that there
 * is an edit, and cost one value for each revision; what was edited is asked of the log only where
 * there is one. */
#include <string.h>

#include "base/error.h"
#include "core/diff.h"
#include "core/stored.h"
#include "project.h"

/* The newest record with a text, or NULL. */
static const struct db_record *newest(const struct db_records *records, const char *revision)
{
	for (size_t i = records->count; i-- > 0;) {
		const struct db_record *record = &records->item[i];

		if (record->sql && !strcmp(record->revision, revision))
			return record;
	}
	return NULL;
}

static struct names ids_of(struct migrate *migrate, struct nodes nodes)
{
	struct migrate_list ids = project_ids(migrate, nodes);

	return (struct names){ids.item, (uint32_t)ids.count};
}

/* The section of a record; a text that cannot be read is none. */
static bool read_record(struct arena *arena, const struct db_record *record, struct stored *stored)
{
	struct migrate_error unreadable = {0};
	bool good = record &&
		    stored_read(arena, record->revision, record->sql, stored, &unreadable);

	migrate_error_clear(&unreadable);
	return good;
}

/* -------- Which -------- */

/* Another version's checksum tells nothing; the text that it was made of does. */
static bool differs(struct migrate *migrate, const struct db_records *records, uint32_t node)
{
	const struct revision *revision = &migrate->graph.revision[node];
	const struct db_record *record = newest(records, revision->id);
	char checksum[CHECKSUM_SIZE];
	struct arena scratch = {0};
	struct stored stored;
	bool differs = false;

	if (read_record(&scratch, record, &stored)) {
		script_checksum(stored.upgrade, stored.upgrade_size, checksum);
		differs = strcmp(checksum, migrate->source.checksum[node]) != 0;
	}
	arena_release(&scratch);
	return differs;
}

static bool compare_texts(struct migrate *migrate, struct nodes unclear, struct nodes *changed,
	struct migrate_error *error)
{
	struct names ids = ids_of(migrate, unclear);
	struct db_records records;

	if (!unclear.count)
		return true;
	if (!migrate->driver->recall(migrate->db, &migrate->arena, &ids, &records, error))
		return false;
	for (uint32_t i = 0; i < unclear.count; i++)
		if (differs(migrate, &records, unclear.item[i]))
			changed->item[changed->count++] = unclear.item[i];
	return true;
}

bool project_changed(struct migrate *migrate, const struct db_state *state,
	const struct position *position, struct nodes *changed, struct migrate_error *error)
{
	struct nodes unclear = {ARENA_ARRAY(&migrate->arena, state->applied_count, uint32_t), 0};

	*changed = (struct nodes){ARENA_ARRAY(&migrate->arena, state->applied_count, uint32_t), 0};
	for (size_t i = 0; i < state->applied_count; i++) {
		const struct db_applied *applied = &state->applied[i];
		uint32_t node = nametable_find(&migrate->graph.ids, applied->revision);

		/* One that a stamp took away has still a record of its last upgrade. What a row
		 * that no file has stands on is not known: then the log alone decides. */
		if (node == NAME_MISSING || !applied->checksum ||
			(!position->applied[node] && !position->unknown.count))
			continue;
		if (!checksum_is_known(applied->checksum))
			unclear.item[unclear.count++] = node;
		else if (strcmp(migrate->source.checksum[node], applied->checksum) != 0)
			changed->item[changed->count++] = node;
	}
	if (!compare_texts(migrate, unclear, changed, error))
		return false;
	graph_sort(&migrate->graph, *changed);
	return true;
}

/* -------- What -------- */

static const char *unified(struct migrate *migrate, const struct db_record *record,
	const struct stored *stored, const struct script *script, const char *file)
{
	struct arena scratch = {0};
	struct diff_text old = diff_script(
		&scratch, stored->upgrade, stored->upgrade_size, stored->upgrade_line);
	struct diff_text new = diff_script(&scratch, script->sql, script->size, script->line);
	struct str text = {0}, name = {0};
	const char *kept;
	struct diff diff;

	str_add_visible(&name, file, strlen(file));
	str_printf(&text, "--- migrate_log[%s]", record->revision);
	if (record->at)
		str_printf(&text, "\t%s", record->at);
	str_printf(&text, "\n+++ %s\n", str_text(&name));
	diff_find(&scratch, &old, &new, &diff);
	diff_unified(&text, &old, &new, &diff);
	kept = arena_strdup(&migrate->arena, str_text(&text));
	str_release(&text);
	str_release(&name);
	arena_release(&scratch);
	return kept;
}

/* When and by whom it ran: an edit that was accepted changes the text only. */
static void tell_run(const struct db_records *records, struct migrate_change *change)
{
	for (size_t i = 0; i < records->count; i++) {
		const struct db_record *record = &records->item[i];

		if (record->repaired || record->direction != DB_UPGRADE ||
			strcmp(record->revision, change->revision->id) != 0)
			continue;
		change->applied_at = record->at;
		change->applied_by = record->by;
	}
}

static bool fill_change(struct migrate *migrate, const struct db_records *records, uint32_t node,
	struct migrate_change *change, struct migrate_error *error)
{
	const struct revision *revision = &migrate->graph.revision[node];
	const struct db_record *record = newest(records, revision->id);
	struct arena scratch = {0};
	struct script script;
	struct stored stored;
	bool ok = true;

	change->revision = project_view(migrate, node);
	tell_run(records, change);
	if (read_record(&scratch, record, &stored)) {
		ok = source_script(&scratch, revision, false, &script, error);
		if (ok)
			change->diff = unified(migrate, record, &stored, &script, revision->file);
	}
	arena_release(&scratch);
	return ok;
}

bool project_changes(struct migrate *migrate, struct nodes changed,
	const struct migrate_change **changes, struct migrate_error *error)
{
	struct migrate_change *item = ARENA_ARRAY(
		&migrate->arena, changed.count, struct migrate_change);
	struct names ids = ids_of(migrate, changed);
	struct db_records records;

	*changes = item;
	if (!changed.count)
		return true;
	if (!migrate->driver->recall(migrate->db, &migrate->arena, &ids, &records, error))
		return false;
	for (uint32_t i = 0; i < changed.count; i++)
		if (!fill_change(migrate, &records, changed.item[i], &item[i], error))
			return false;
	return true;
}
