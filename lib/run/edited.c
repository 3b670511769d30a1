/* edited: a script that stopped half way, and was edited in what has run. Knows the journal's
 * texts; decides nothing. Surprising: the journal has the script's beginning only, so what the file
 * has behind it is no edit. */
#include <string.h>

#include "base/error.h"
#include "core/diff.h"
#include "run/runner.h"

enum { SHOWN_LINES = 40 };

/* The newest record's text of a piece, or NULL. */
static const char *text_of(const struct db_state *state, const struct db_step *step, long segment)
{
	for (size_t i = state->journal_count; i-- > 0;) {
		const struct db_journal *record = &state->journal[i];

		if (record->segment == segment && record->direction == step->direction &&
			!strcmp(record->revision, step->revision))
			return record->outcome == DB_RETRY ? NULL : record->sql;
	}
	return NULL;
}

static void add_ran(struct str *text, const struct db_state *state, const struct db_step *step)
{
	const char *piece;

	for (long segment = 1; (piece = text_of(state, step, segment)); segment++)
		str_add(text, piece);
}

static void add_now(struct str *text, const struct segments *segments)
{
	for (uint32_t i = 0; i < segments->count; i++)
		str_add_bytes(text, segments->item[i].text, segments->item[i].size);
}

/* Without the lines behind so many. */
static void add_cut(struct migrate_error *error, const char *text)
{
	const char *at = text;
	int lines = 0;

	while (*at && lines++ < SHOWN_LINES)
		at += strcspn(at, "\n") + 1;
	error_detail(error, "%.*s", (int)(at - text - (at > text)), text);
	if (*at)
		error_detail(error, "...");
}

void runner_tell_edit(const struct runner_script *script, const struct db_state *state,
	struct migrate_error *error)
{
	struct str ran = {0}, now = {0}, text = {0};
	struct diff_text old, new;
	struct arena arena = {0};
	struct diff diff;

	add_ran(&ran, state, &script->step);
	add_now(&now, &script->segments);
	old = diff_script(&arena, str_text(&ran), ran.size, (uint32_t)script->step.line);
	new = diff_script(&arena, str_text(&now), now.size, (uint32_t)script->step.line);
	diff_find(&arena, &old, &new, &diff);
	if (diff.count && !diff.change[diff.count - 1].removed &&
		diff.change[diff.count - 1].from == old.count)
		new.count = diff.change[--diff.count].to;
	str_add(&text, "from what has run, by migrate_log, to the file:\n");
	diff_unified(&text, &old, &new, &diff);
	if (ran.size && diff.count)
		add_cut(error, str_text(&text));
	str_release(&ran);
	str_release(&now);
	str_release(&text);
	arena_release(&arena);
}
