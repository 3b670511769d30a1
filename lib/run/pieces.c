/* pieces: a script that is not one transaction. Knows the journal: which pieces are done, which one
 * was under way when a run stopped, and whether it can be told what became of it. Surprising: a
 * piece that finished is never run again, whatever the file says now; if the file says something
 * else there, the run is refused. A script that was edited is therefore cut where the pieces that
 * finished ended, too. */
#include <string.h>

#include "base/error.h"
#include "run/runner.h"

struct pieces {
	struct runner *runner;
	struct arena *arena; /* of this script's run */
	const struct plan *plan;
	size_t index; /* in the plan */
	const struct db_state *state;
	struct runner_cuts cuts;
	struct runner_script script;
	const struct names *expected, *extra;
	uint32_t done; /* pieces, from the first */
	bool resumed;
	bool edited; /* the piece that was started is not in the file as it was */
	struct migrate_error *error;
};

static bool is_of(const struct db_journal *record, const struct db_step *step)
{
	return record->direction == step->direction && !strcmp(record->revision, step->revision);
}

/* The newest record of a piece, or NULL. */
static const struct db_journal *find_record(const struct pieces *pieces, long segment)
{
	const struct db_state *state = pieces->state;

	for (size_t i = state->journal_count; i-- > 0;)
		if (state->journal[i].segment == segment &&
			is_of(&state->journal[i], &pieces->script.step))
			return &state->journal[i];
	return NULL;
}

void runner_learn(struct arena *arena, struct nodes *learnt, size_t offset)
{
	uint32_t *item = ARENA_ARRAY(arena, learnt->count + 1, uint32_t);

	if (learnt->count)
		memcpy(item, learnt->item, learnt->count * sizeof *item);
	item[learnt->count++] = (uint32_t)offset;
	learnt->item = item;
}

/* A run before this one may have learnt that a statement must stand alone: its journal tells, since
 * only such a piece is recorded as started. */
static void learn_from_journal(struct pieces *pieces)
{
	const struct db_step *step = &pieces->script.step;
	struct scan_statement statement;
	struct scanner scanner;

	scan_begin(&scanner, pieces->runner->driver->scan, step->script, step->script_size);
	while (scan_next(&scanner, &statement)) {
		char checksum[CHECKSUM_SIZE];

		script_checksum(step->script + statement.offset, statement.size, checksum);
		for (size_t i = 0; i < pieces->state->journal_count; i++) {
			const struct db_journal *record = &pieces->state->journal[i];

			if (record->outcome != DB_STARTED || !is_of(record, step) ||
				!record->checksum || strcmp(record->checksum, checksum) != 0)
				continue;
			runner_learn(pieces->arena, &pieces->cuts.learnt, statement.first);
			break;
		}
	}
}

/* How much of the text is that of the piece, whatever the line ends are; 0: it is not there. */
static size_t size_of(const char *text, size_t size, const char *piece)
{
	size_t at = 0;

	for (; *piece; piece++) {
		if (*piece == '\r')
			continue;
		while (at < size && text[at] == '\r')
			at++;
		if (at == size || text[at++] != *piece)
			return 0;
	}
	return at;
}

/* Where the pieces that are done end in the file as it is now. */
static void find_edges(struct pieces *pieces)
{
	uint32_t *item = ARENA_ARRAY(pieces->arena, pieces->state->journal_count, uint32_t);
	const struct segments *segments = &pieces->script.segments;
	const struct db_journal *record;
	struct str text = {0};
	uint32_t count = 0;
	size_t at = 0, size;

	if (!pieces->state->journal_count)
		return;
	for (uint32_t i = 0; i < segments->count; i++)
		str_add_bytes(&text, segments->item[i].text, segments->item[i].size);
	while ((record = find_record(pieces, (long)count + 1)) && record->sql &&
		record->outcome == DB_DONE &&
		(size = size_of(str_text(&text) + at, text.size - at, record->sql)))
		item[count++] = (uint32_t)(at += size);
	pieces->cuts.edges = (struct nodes){item, count};
	str_release(&text);
}

/* The first place in the piece that is not as it ran. */
static size_t edit_at(const struct pieces *pieces, uint32_t number)
{
	const struct db_journal *record = find_record(pieces, (long)number + 1);
	const char *text = pieces->script.segments.item[number].text;
	size_t first = strspn(text, " \t\r\n"), at = 0;

	if (record && record->sql)
		while (text[at] && text[at] == record->sql[at])
			at++;
	at += strspn(text + at, " \t\r\n");
	return at < first || !text[at] ? first : at;
}

static bool fail_edited(struct pieces *pieces, uint32_t number)
{
	const struct db_step *whole = &pieces->script.step;

	error_set(pieces->error, MIGRATE_E_REFUSED,
		"the script of revision %s was edited in a part that has run already",
		whole->revision);
	runner_tell_edit(&pieces->script, pieces->state, pieces->error);
	error_hint(pieces->error, "Undo the edit (migrate_log holds what ran), and run again; what "
				  "follows that part may be changed.");
	return error_at_offset(pieces->error, whole->file, whole->script, whole->script_size,
		pieces->script.segments.item[number].offset + edit_at(pieces, number), whole->line);
}

static bool is_as_recorded(const struct pieces *pieces, const struct db_journal *record)
{
	const struct segments *segments = &pieces->script.segments;
	char checksum[CHECKSUM_SIZE];

	if (pieces->done == segments->count)
		return false;
	script_checksum(
		segments->item[pieces->done].text, segments->item[pieces->done].size, checksum);
	return !record->checksum || !strcmp(record->checksum, checksum);
}

/* Counts the pieces that are done, and holds their text against the journal's. */
static bool count_done(struct pieces *pieces)
{
	uint32_t count = pieces->script.segments.count;

	for (pieces->done = 0;; pieces->done++) {
		const struct db_journal *record = find_record(pieces, (long)pieces->done + 1);
		bool same;

		pieces->resumed |= record != NULL;
		if (!record || record->outcome == DB_RETRY)
			return true;
		same = is_as_recorded(pieces, record);
		pieces->edited = !same && record->outcome == DB_STARTED;
		if (record->outcome == DB_STARTED)
			return true;
		if (!same)
			return fail_edited(pieces, pieces->done < count ? pieces->done : count - 1);
	}
}

static bool read_script(struct pieces *pieces)
{
	const struct runner_cuts cuts = pieces->cuts;

	return runner_read(pieces->runner, pieces->arena, pieces->plan, pieces->index, &cuts,
		&pieces->script, pieces->error);
}

/* Nothing is left of the script behind the pieces that are done: an empty one ends it. */
static void add_end(struct pieces *pieces)
{
	struct segments *segments = &pieces->script.segments;
	struct segment *item;

	if (pieces->done < segments->count)
		return;
	item = ARENA_ARRAY(pieces->arena, segments->count + 1, struct segment);
	for (uint32_t i = 0; i < segments->count; i++)
		item[i] = segments->item[i];
	item[segments->count++] = (struct segment){
		.offset = pieces->script.step.script_size, .text = "", .begin = ""};
	segments->item = item;
}

static bool cut(struct pieces *pieces)
{
	if (!read_script(pieces))
		return false;
	add_end(pieces);
	return true;
}

static bool fail_unknown(struct pieces *pieces, const struct db_step *step)
{
	struct migrate_error *error = pieces->error;
	size_t first = strspn(step->script, " \t\r\n");

	error_set(error, MIGRATE_E_HALF_DONE,
		"a run stopped while this statement of revision %s was running, and it cannot be "
		"told whether it took effect",
		step->revision);
	error_statement(error, step->script + first, step->script_size - first);
	error_hint(error,
		"Look whether it did. Then \"migrate resume %s --skip\" takes it as done, "
		"and \"migrate resume %s --retry\" runs it again.",
		step->revision, step->revision);
	if (pieces->edited)
		return error_at(error, step->file, step->line, 0);
	return error_at_offset(
		error, step->file, step->script, step->script_size, first, step->line);
}

static void notice(const struct pieces *pieces, const char *text)
{
	pieces->runner->events.emit(pieces->runner->events.context, MIGRATE_NOTICE, SIZE_MAX, text);
}

/* The settings that finished pieces made, as one text. */
static const char *prelude(struct pieces *pieces)
{
	const struct db_step *whole = &pieces->script.step;
	const struct segments *segments = &pieces->script.segments;
	enum scan_dialect dialect = pieces->runner->driver->scan;
	struct scan_statement statement;
	struct str text = {0};
	struct scanner scanner;
	size_t end = pieces->done < segments->count ? segments->item[pieces->done].offset : 0;
	const char *kept = NULL;

	scan_begin(&scanner, dialect, whole->script, end);
	while (scan_next(&scanner, &statement)) {
		const char *first = whole->script + statement.first;
		size_t size = statement.last > statement.first ? statement.last - statement.first
							       : 0;

		if (!segment_is_setting(dialect, first, size))
			continue;
		str_add_bytes(&text, first, size);
		str_add(&text, ";\n");
	}
	if (text.size)
		kept = arena_strdup(pieces->arena, text.text);
	str_release(&text);
	return kept;
}

/* Settings are repeated; what else the pieces before have left in their session is not. */
static void tell_of_temporary(struct pieces *pieces)
{
	const struct db_step *whole = &pieces->script.step;
	const struct segment *next = &pieces->script.segments.item[pieces->done];
	enum scan_dialect dialect = pieces->runner->driver->scan;
	struct scan_statement statement;
	struct scanner scanner;

	scan_begin(&scanner, dialect, whole->script, next->offset);
	while (scan_next(&scanner, &statement))
		if (segment_is_temporary(dialect, whole->script + statement.first,
			    statement.size - (statement.first - statement.offset))) {
			notice(pieces,
				"what the parts before have created as temporary is gone: where "
				"the rest needs it, let it begin with that statement");
			return;
		}
}

/* The piece as it was started, whatever the file has there now. */
static struct db_step started_piece(struct pieces *pieces, const struct db_journal *record)
{
	struct db_step step = runner_piece(pieces->arena, &pieces->script, pieces->done);

	if (!pieces->edited)
		return step;
	step.script = record->sql ? record->sql : "";
	step.script_size = strlen(step.script);
	step.checksum = record->checksum;
	step.prelude = prelude(pieces);
	step.outside = true;
	step.last = false;
	step.remove = step.add = (struct names){0};
	return step;
}

/* The piece that was under way when a run stopped: done, to be run again, or a person must look. */
static bool settle(struct pieces *pieces)
{
	const struct db_driver *driver = pieces->runner->driver;
	const struct db_journal *record = find_record(pieces, (long)pieces->done + 1);
	enum db_outcome outcome = DB_STARTED;
	const char *found = NULL;
	struct db_step step;

	if (!record || record->outcome != DB_STARTED)
		return true;
	step = started_piece(pieces, record);
	if (!driver->settle(
		    pieces->runner->db, pieces->arena, &step, &outcome, &found, pieces->error))
		return false;
	if (found)
		notice(pieces, found);
	if (outcome == DB_STARTED)
		return fail_unknown(pieces, &step);
	if (outcome == DB_DONE && pieces->edited)
		return fail_edited(pieces, pieces->done);
	if (!driver->decide(pieces->runner->db, &step, outcome, false, pieces->error))
		return false;
	pieces->done += outcome == DB_DONE;
	return true;
}

/* Something is committed or may be: the error becomes that of a script half way. The piece itself
 * may be committed and the way on be lost: a connection, with the settings that it had. */
static bool fail_half(struct pieces *pieces, const struct db_step *step)
{
	struct migrate_error *error = pieces->error;
	uint32_t count = pieces->script.segments.count;
	long part = step->segment + (step->done && !step->last);
	/* The hint says already what comes first. */
	bool lost = error->hint &&
		    (error->code == MIGRATE_E_CONNECT || error->code == MIGRATE_E_UNKNOWN_OUTCOME);

	pieces->done += step->done;
	if (pieces->runner->scratch || (!pieces->done && !step->begun))
		return false;
	if (error->code != MIGRATE_E_INTERRUPTED && error->code != MIGRATE_E_TERMINATED &&
		error->code != MIGRATE_E_UNKNOWN_OUTCOME)
		error->code = MIGRATE_E_HALF_DONE;
	if (pieces->done)
		error_detail(error,
			"revision %s stopped at part %ld of %u; the parts before it are "
			"committed and stay",
			step->revision, part, count);
	else
		error_detail(error, "revision %s stopped at part %ld of %u", step->revision, part,
			count);
	return !lost && runner_hint_at_ways(pieces->runner, pieces->expected, step, error);
}

/* One piece; *again: the script was cut anew, and the same number is to be tried once more. */
static bool run_piece(struct pieces *pieces, bool *again)
{
	struct runner *runner = pieces->runner;
	struct db_step step = runner_piece(pieces->arena, &pieces->script, pieces->done);
	struct db_batch batch = {.step = &step,
		.count = 1,
		.opens = true,
		.closes = true,
		.again = runner_may_retry(runner),
		.scratch = runner->scratch,
		.expected = *pieces->expected};

	*again = false;
	runner->ticks.piece_offset = pieces->script.segments.item[pieces->done].offset;
	step.owner = (void *)(uintptr_t)pieces->index;
	if (pieces->resumed) {
		step.prelude = prelude(pieces);
		tell_of_temporary(pieces);
	}
	pieces->resumed = false;
	if (step.last && pieces->extra->count)
		runner_drop_rows(pieces->arena, pieces->extra, &step);
	if (runner->driver->apply(runner->db, &batch, pieces->error)) {
		pieces->done++;
		runner->retries = 0;
		return true;
	}
	if (runner_again(runner, &step, pieces->error))
		return *again = true;
	runner->moved = batch.moved;
	if (batch.moved)
		return false;
	if (!step.needs_outside || step.outside || step.failed_at == SIZE_MAX)
		return fail_half(pieces, &step);
	runner_learn(pieces->arena, &pieces->cuts.learnt,
		pieces->script.segments.item[pieces->done].offset + step.failed_at);
	migrate_error_clear(pieces->error);
	*again = true;
	return true;
}

static bool run_all(struct pieces *pieces)
{
	while (pieces->done < pieces->script.segments.count) {
		bool again;

		if (!runner_not_interrupted(pieces->runner, pieces->error) ||
			!run_piece(pieces, &again) || (again && !cut(pieces)))
			return false;
	}
	return true;
}

/* Reads, learns what an earlier run learnt, and finds the place to go on from. */
static bool prepare(struct pieces *pieces)
{
	if (!read_script(pieces))
		return false;
	learn_from_journal(pieces);
	find_edges(pieces);
	if (!read_script(pieces) || !count_done(pieces))
		return false;
	add_end(pieces);
	return true;
}

bool runner_pieces(struct runner *runner, const struct plan *plan, size_t index,
	const struct names *expected, const struct names *extra, const struct db_state *state,
	const struct nodes *learnt, struct migrate_error *error)
{
	struct arena arena = {0};
	struct pieces pieces = {.runner = runner,
		.arena = &arena,
		.plan = plan,
		.index = index,
		.state = state,
		.cuts = {.learnt = *learnt},
		.expected = expected,
		.extra = extra,
		.error = error};
	bool ok = prepare(&pieces);

	if (ok && pieces.script.segments.has_pairs)
		notice(&pieces,
			"the script's own BEGIN and COMMIT cut it into parts that commit apart");
	if (ok)
		runner_tell_settings(runner, &pieces.script);
	ok = ok && settle(&pieces) && run_all(&pieces);
	arena_release(&arena);
	return ok;
}

bool runner_decide(struct runner *runner, const struct plan *plan, const struct db_state *state,
	bool skip, struct migrate_error *error)
{
	struct arena arena = {0};
	struct pieces pieces = {
		.runner = runner, .arena = &arena, .plan = plan, .state = state, .error = error};
	bool ok = prepare(&pieces);
	const struct db_journal *record = ok ? find_record(&pieces, (long)pieces.done + 1) : NULL;

	if (ok && (!record || record->outcome != DB_STARTED)) {
		ok = error_set(error, MIGRATE_E_REFUSED,
			"no statement of revision %s waits for a decision",
			pieces.script.step.revision);
		error_hint(error, "%s",
			runner_half_hint(
				&arena, runner->graph, state, pieces.script.step.revision));
	} else if (ok && skip && pieces.edited) {
		ok = fail_edited(&pieces, pieces.done);
	} else if (ok) {
		struct db_step step = started_piece(&pieces, record);

		ok = runner->driver->decide(
			runner->db, &step, skip ? DB_DONE : DB_RETRY, true, error);
	}
	arena_release(&arena);
	return ok;
}
