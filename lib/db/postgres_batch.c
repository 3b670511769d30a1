/* postgres_batch: one text out of many scripts. Knows the protocol only so far: each statement has
 * one result, so statements are counted where they are written.
 *
 * Surprising: everything of ours names schema and operator (pg_catalog.=), because a script, or the
 * role it runs as, may have a search_path where "=" is somebody's own function
 * (https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATTERNS). */
#include "db/postgres_batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "core/scan.h"
#include "db/sql.h"
#include "embedded.h"

void postgres_add_literal(struct str *out, const char *text, size_t size)
{
	if (!text || !memchr(text, '\\', size)) {
		sql_add_literal_bytes(out, text, size);
		return;
	}
	str_add(out, "E'");
	for (const char *end = text + size; text < end;) {
		const char *special = text;

		while (special < end && *special != '\'' && *special != '\\')
			special++;
		str_add_bytes(out, text, (size_t)(special - text));
		if (special < end) {
			str_add_char(out, *special);
			str_add_char(out, *special++);
		}
		text = special;
	}
	str_add_char(out, '\'');
}

static void add_text(struct str *out, const char *text)
{
	postgres_add_literal(out, text, text ? strlen(text) : 0);
}

void postgres_add_array(struct str *out, const struct names *names)
{
	str_add(out, "CAST(ARRAY[");
	for (uint32_t i = 0; i < names->count; i++) {
		if (i)
			str_add(out, ", ");
		add_text(out, names->item[i]);
	}
	str_add(out, "] AS pg_catalog.text[])");
}

/* Room for one more in an array of the message; the old one stays behind in the arena. */
static void *grow(struct arena *arena, void *array, size_t count, size_t *room, size_t size)
{
	void *larger;

	if (count < *room)
		return array;
	*room = *room ? *room * 2 : 16;
	larger = arena_array(arena, *room, size);
	if (count)
		memcpy(larger, array, count * size);
	return larger;
}

static void add_piece(struct postgres_message *message, const struct db_step *step, size_t index,
	size_t from, size_t to)
{
	if (from == to)
		return;
	message->piece = grow(&message->memory, message->piece, message->pieces,
		&message->piece_room, sizeof *message->piece);
	message->piece[message->pieces++] = (struct postgres_piece){
		.at = message->text.size, .size = to - from, .step = index, .offset = from};
	str_add_bytes(&message->text, step->script + from, to - from);
}

static void add_block(
	struct postgres_message *message, size_t index, const struct scan_statement *statement)
{
	message->data = grow(&message->memory, message->data, message->blocks, &message->block_room,
		sizeof *message->data);
	message->data[message->blocks++] = (struct postgres_data){
		.step = index, .offset = statement->data, .size = statement->data_size};
}

/* The script without the data of COPY ... FROM stdin, which is fed when the server asks for it. */
static void add_script(struct postgres_message *message, const struct db_step *step, size_t index)
{
	static const char mark[] = "\xEF\xBB\xBF";
	size_t from = step->script_size >= 3 && !memcmp(step->script, mark, 3) ? 3 : 0;
	struct scanner scanner;
	struct scan_statement statement;

	if (strcasestr(step->script, "copy")) {
		scan_begin(&scanner, SCAN_POSTGRESQL, step->script, step->script_size);
		while (scan_next(&scanner, &statement)) {
			if (statement.command != SCAN_COPY_STDIN)
				continue;
			add_piece(message, step, index, from, statement.data);
			add_block(message, index, &statement);
			from = statement.offset + statement.size;
		}
	}
	add_piece(message, step, index, from, step->script_size);
}

/* What differs between the record as text and the prepared one. */
struct record {
	const char *changes, *condition, *entries, *direction, *checksum, *sql, *index;
};

static void fill_record(
	struct str *out, const struct postgres_frame *frame, const struct record *record)
{
	struct str table = {0}, user = {0}, tool = {0}, version = {0};

	add_text(&table, frame->version_table);
	add_text(&user, frame->user);
	add_text(&tool, frame->tool);
	add_text(&version, frame->version_name);
	const struct sql_value values[] = {
		{"changes", SQL_TEXT, record->changes, 0},
		{"condition", SQL_TEXT, record->condition, 0},
		{"entries", SQL_TEXT, record->entries, 0},
		{"direction", SQL_TEXT, record->direction, 0},
		{"checksum", SQL_TEXT, record->checksum, 0},
		{"sql", SQL_TEXT, record->sql, 0},
		{"index", SQL_TEXT, record->index, 0},
		{"token", SQL_LITERAL, frame->token, 0},
		{"log", SQL_TEXT, frame->log_name, 0},
		{"table", SQL_TEXT, table.text, 0},
		{"user", SQL_TEXT, user.text, 0},
		{"tool", SQL_TEXT, tool.text, 0},
		{"version_literal", SQL_TEXT, version.text, 0},
	};

	sql_fill(out, embedded_pg_record, values, sizeof values / sizeof *values);
	str_release(&table);
	str_release(&user);
	str_release(&tool);
	str_release(&version);
}

static void add_count(struct str *condition, const char *name, uint32_t count)
{
	str_printf(condition, "%s(SELECT pg_catalog.count(*) FROM %s) OPERATOR(pg_catalog.=) %u",
		condition->size ? " AND " : "", name, count);
}

static void add_move(struct str *changes, struct str *condition, const struct postgres_frame *frame,
	const char *old, const char *new)
{
	const struct sql_value values[] = {{"version", SQL_TEXT, frame->version_name, 0},
		{"old", SQL_TEXT, old, 0}, {"new", SQL_TEXT, new, 0}};

	sql_fill(changes, embedded_pg_change_move, values, 3);
	add_count(condition, "changed", 1);
}

static void add_change(struct str *changes, struct str *condition,
	const struct postgres_frame *frame, const char *template, const char *name,
	const struct names *names)
{
	struct str rows = {0};

	if (!names->count)
		return;
	postgres_add_array(&rows, names);
	const struct sql_value values[] = {
		{"version", SQL_TEXT, frame->version_name, 0}, {"rows", SQL_TEXT, rows.text, 0}};

	sql_fill(changes, template, values, 2);
	add_count(condition, name, names->count);
	str_release(&rows);
}

static void add_expected(
	struct str *condition, const struct postgres_frame *frame, const struct names *expected)
{
	struct str rows = {0};

	postgres_add_array(&rows, expected);
	const struct sql_value values[] = {{"version", SQL_TEXT, frame->version_name, 0},
		{"rows", SQL_TEXT, rows.text, 0}, {"count", SQL_NUMBER, NULL, expected->count}};

	sql_fill(condition, embedded_pg_expected, values, 3);
	str_release(&rows);
}

bool postgres_is_move(const struct db_step *step)
{
	return step->direction != DB_STAMP && step->remove.count == 1 && step->add.count == 1;
}

static void add_changes(struct str *changes, struct str *condition,
	const struct postgres_frame *frame, const struct db_step *step)
{
	struct str old = {0}, new = {0};

	if (step->remove.count != 1 || step->add.count != 1) {
		add_change(changes, condition, frame, embedded_pg_change_remove, "removed",
			&step->remove);
		add_change(changes, condition, frame, embedded_pg_change_add, "added", &step->add);
		return;
	}
	add_text(&old, step->remove.item[0]);
	add_text(&new, step->add.item[0]);
	add_move(changes, condition, frame, old.text, new.text);
	str_release(&old);
	str_release(&new);
}

/* The log's rows: (number, revision). A stamp has one for each row that it adds, or else removes.
 */
static void add_entries(struct str *entries, const struct db_step *step)
{
	struct names revisions = {.item = &step->revision, .count = 1};

	if (step->direction == DB_STAMP)
		revisions = step->add.count ? step->add : step->remove;
	if (!revisions.count)
		str_add(entries, "SELECT 1, CAST(NULL AS pg_catalog.text) LIMIT 0");
	for (uint32_t i = 0; i < revisions.count; i++) {
		str_printf(entries, "%s(%u, ", i ? ", " : "VALUES ", i + 1);
		add_text(entries, revisions.item[i]);
		str_add_char(entries, ')');
	}
}

static const char *direction_name(enum db_direction direction)
{
	switch (direction) {
	case DB_UPGRADE: return "upgrade";
	case DB_DOWNGRADE: return "downgrade";
	case DB_STAMP: return "stamp";
	}
	abort();
}

static void add_record(struct str *out, const struct postgres_frame *frame,
	const struct db_step *step, const struct postgres_place *place)
{
	struct str changes = {0}, condition = {0}, entries = {0}, direction = {0}, checksum = {0},
		   sql = {0}, index = {0};

	if (place->expected)
		add_expected(&condition, frame, place->expected);
	add_changes(&changes, &condition, frame, step);
	add_entries(&entries, step);
	add_text(&direction, direction_name(step->direction));
	add_text(&checksum, step->checksum);
	postgres_add_literal(&sql, step->script, step->script_size);
	str_printf(&index, "'%zu'", place->index);
	fill_record(out, frame,
		&(struct record){str_text(&changes), condition.size ? condition.text : "true",
			entries.text, direction.text, checksum.text, sql.text, index.text});
	str_release(&changes);
	str_release(&condition);
	str_release(&entries);
	str_release(&direction);
	str_release(&checksum);
	str_release(&sql);
	str_release(&index);
}

/* The record of a move with parameters: planned once, it costs a sixth. */
static void add_prepare(struct str *out, const struct postgres_frame *frame)
{
	struct str changes = {0}, condition = {0};

	str_add(out, "PREPARE migrate_record(pg_catalog.text, pg_catalog.text, pg_catalog.text,"
		     " pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) AS ");
	add_move(&changes, &condition, frame, "$5", "$6");
	fill_record(out, frame,
		&(struct record){
			changes.text, condition.text, "VALUES (1, $1)", "$2", "$3", "$4", "$7"});
	str_release(&changes);
	str_release(&condition);
}

static void add_execute(
	struct str *out, const struct db_step *step, const struct postgres_place *place)
{
	str_add(out, "EXECUTE migrate_record(");
	add_text(out, step->revision);
	str_printf(out, ", '%s', ", direction_name(step->direction));
	add_text(out, step->checksum);
	str_add(out, ", ");
	postgres_add_literal(out, step->script, step->script_size);
	str_add(out, ", ");
	add_text(out, step->remove.item[0]);
	str_add(out, ", ");
	add_text(out, step->add.item[0]);
	str_printf(out, ", '%zu');\n", place->index);
}

void postgres_message_head(struct postgres_message *message, const struct postgres_frame *frame,
	bool create_version, bool create_log, bool prepare)
{
	const struct sql_value values[] = {{"version", SQL_TEXT, frame->version_name, 0},
		{"log", SQL_TEXT, frame->log_name, 0}};

	if (!create_version && !create_log && !prepare)
		return;
	str_add(&message->text, "BEGIN;\n");
	if (create_version)
		sql_fill(&message->text, embedded_pg_create_version, values, 2);
	if (create_log)
		sql_fill(&message->text, embedded_pg_create_log, values, 2);
	if (prepare)
		add_prepare(&message->text, frame);
	str_add(&message->text, embedded_pg_clock);
	str_add(&message->text, "COMMIT;\n");
	message->head = 3 + (size_t)create_version + (size_t)create_log + (size_t)prepare;
}

static size_t add_timeout(struct str *out, const char *name, long session, long own, bool local)
{
	long wanted = own == DURATION_UNSET ? session : own;

	if (wanted == session && !local)
		return 0;
	str_printf(out, "SET LOCAL %s = %ld;\n", name, wanted);
	return 1;
}

/* SET LOCAL and LOCK TABLE take no snapshot
 * (https://www.postgresql.org/docs/current/sql-set-transaction.html). */
static size_t add_before(struct str *out, const struct postgres_frame *frame,
	const struct db_step *step, const struct postgres_place *place)
{
	size_t count = 1;

	if (place->opens)
		count += 2, str_add(out, "BEGIN;\n");
	str_printf(out, "SET LOCAL migrate.token = '%s';\n", frame->token);
	count += add_timeout(
		out, "lock_timeout", frame->lock_timeout, step->options.lock_timeout, frame->local);
	count += add_timeout(out, "statement_timeout", frame->statement_timeout,
		step->options.statement_timeout, frame->local);
	if (place->opens)
		str_printf(
			out, "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE;\n", frame->version_name);
	return count;
}

void postgres_message_step(struct postgres_message *message, const struct postgres_frame *frame,
	const struct db_step *step, const struct postgres_place *place)
{
	struct str *out = &message->text;
	struct postgres_part part = {.step = place->index, .commits = place->commits};

	part.before = add_before(out, frame, step, place);
	if (step->script) {
		add_script(message, step, place->index);
		str_add(out, "\n;\nRESET SESSION AUTHORIZATION;\nRESET ROLE;\n");
		part.resets = 2;
	}
	if (place->prepared)
		add_execute(out, step, place);
	else
		add_record(out, frame, step, place);
	if (step->script) {
		str_add(out, "RESET ALL;\n");
		str_add(out, frame->restore);
		part.after = 1 + frame->restore_count;
	}
	if (place->commits)
		str_add(out, "COMMIT;\n");
	message->part = grow(&message->memory, message->part, message->parts, &message->part_room,
		sizeof *message->part);
	message->part[message->parts++] = part;
}

void postgres_message_clear(struct postgres_message *message)
{
	struct str text = message->text;

	arena_release(&message->memory);
	str_clear(&text);
	*message = (struct postgres_message){.text = text};
}

void postgres_message_release(struct postgres_message *message)
{
	postgres_message_clear(message);
	str_release(&message->text);
}

bool postgres_message_find(const struct postgres_message *message, size_t position, bool bytes,
	size_t *step, size_t *offset)
{
	size_t at = position - 1;

	if (!position)
		return false;
	if (!bytes)
		at = utf8_offset(str_text(&message->text), message->text.size, at);
	for (size_t i = 0; i < message->pieces; i++) {
		const struct postgres_piece *piece = &message->piece[i];

		if (at < piece->at || at > piece->at + piece->size + 1)
			continue;
		*step = piece->step;
		*offset = piece->offset + (at - piece->at);
		if (at > piece->at + piece->size)
			*offset = piece->offset + piece->size;
		return true;
	}
	return false;
}
