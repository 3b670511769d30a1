/* postgres_batch: one text out of many scripts. Knows the protocol only so far: each statement has
 * one result, so statements are counted where they are written.
 *
 * Surprising: everything of ours names schema and operator (pg_catalog.=), because a script, or the
 * role it runs as, may have a search_path where "=" is somebody's own function
 * (https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATTERNS). */
#include "db/postgres_batch.h"

#include <string.h>

#include "base/utf8.h"
#include "core/scan.h"
#include "db/sql.h"
#include "embedded.h"

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
		postgres_add_prepare(&message->text, frame);
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
	bool kept = step->segment && !frame->local; /* the session has the time-outs already */
	bool modes = step->begin && *step->begin;
	size_t count = 1;

	if (place->opens)
		count += 2, str_printf(out, "BEGIN%s%s%s;\n", step->segment ? " READ WRITE" : "",
				    modes ? " " : "", modes ? step->begin : "");
	str_printf(out, "SET LOCAL migrate.token = '%s';\n", frame->token);
	if (place->opens && frame->local)
		count += 1, str_printf(out, "SET LOCAL lock_timeout = %ld;\n",
				    frame->lock_wait ? frame->lock_wait : 1);
	if (place->opens)
		str_printf(
			out, "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE;\n", frame->version_name);
	if (!kept) {
		count += add_timeout(out, "lock_timeout", frame->lock_timeout,
			step->options.lock_timeout, frame->local);
		count += add_timeout(out, "statement_timeout", frame->statement_timeout,
			step->options.statement_timeout, frame->local);
	}
	if (kept && (step->segment > 1 || step->prelude) && postgres_mentions_role(step))
		count++, str_add(out, embedded_pg_role_take);
	return count;
}

bool postgres_mentions_role(const struct db_step *step)
{
	const char *text = step->whole_script ? step->whole_script : step->script;

	return strcasestr(text, "role") || strcasestr(text, "authorization");
}

void postgres_add_begin(struct str *out, const struct postgres_frame *frame)
{
	str_printf(out,
		"BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE;\n"
		"SET LOCAL migrate.token = '%s';\n"
		"LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE;\n",
		frame->token, frame->version_name);
}

void postgres_message_alone(struct postgres_message *message, const struct db_step *step)
{
	postgres_message_clear(message);
	message->alone = true;
	add_script(message, step, 0);
	message->part = grow(&message->memory, message->part, message->parts, &message->part_room,
		sizeof *message->part);
	message->part[message->parts++] = (struct postgres_part){.step = 0};
}

/* A temporary table would take the next script's rows; a cursor may be open on one. */
size_t postgres_add_cleaning(struct str *out, const struct db_step *step)
{
	const char *text = step->whole_script ? step->whole_script : step->script;

	if (!strcasestr(text, "temp") && !strcasestr(text, "cursor"))
		return 0;
	str_add(out, "CLOSE ALL;\nDISCARD TEMP;\n");
	return 2;
}

/* Behind a piece the settings stay, but for those that decide how our text is read. */
static size_t add_after(
	struct str *out, const struct postgres_frame *frame, const struct db_step *step)
{
	if (step->segment && !step->last && !frame->local) {
		str_add(out, POSTGRES_READING);
		return POSTGRES_READING_COUNT;
	}
	str_add(out, "RESET ALL;\n");
	str_add(out, frame->restore);
	return 1 + frame->restore_count + postgres_add_cleaning(out, step);
}

void postgres_message_step(struct postgres_message *message, const struct postgres_frame *frame,
	const struct db_step *step, const struct postgres_place *place)
{
	struct str *out = &message->text;
	struct postgres_part part = {.step = place->index, .commits = place->commits};

	part.before = add_before(out, frame, step, place);
	if (step->script) {
		add_script(message, step, place->index);
		part.resets = 2;
		str_add(out, "\n;\n");
		if (step->segment && !step->last && !frame->local && postgres_mentions_role(step))
			part.resets++, str_add(out, embedded_pg_role_keep);
		str_add(out, "RESET SESSION AUTHORIZATION;\nRESET ROLE;\n");
	}
	if (place->prepared)
		postgres_add_execute(out, frame, step, place);
	else
		postgres_add_record(out, frame, step, place);
	if (step->script)
		part.after = add_after(out, frame, step);
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
