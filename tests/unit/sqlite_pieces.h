/* Scripts in pieces, as the runner gives them to the SQLite driver: one piece a batch. Included by
 * test_sqlite_pieces.c, _kept, _settle and _script. */
#ifndef SQLITE_PIECES_H
#define SQLITE_PIECES_H

#include "sqlite_fixture.h"

enum { INSIDE = 0, OUTSIDE = 1, LAST = 2, OFF = 4 };

/* Piece number segment of the upgrade from one row (NULL: none) to another, alone in the batch. */
static inline struct db_step *make_piece(
	struct fixture *f, const char *from, const char *to, long segment, int how, const char *sql)
{
	struct db_step *step;

	f->batch = (struct db_batch){.opens = true, .closes = true};
	step = add_step(f, from, to, sql);
	step->segment = segment;
	step->outside = how & OUTSIDE;
	step->last = how & LAST;
	step->whole_script = "the whole";
	step->whole_size = strlen(step->whole_script);
	step->whole_checksum = "sha256:ff";
	if (how & OFF)
		step->options.transaction = TOGGLE_OFF;
	if (!step->last)
		step->remove = step->add = (struct names){0};
	return step;
}

/* One that must succeed, of the upgrade from base to "a". */
static inline void piece(struct fixture *f, long segment, int how, const char *sql)
{
	make_piece(f, NULL, "a", segment, how, sql);
	apply_all(f);
	assert_true(f->step[0].done);
}

static inline void assert_piece_fails(struct fixture *f, long segment, int how, const char *sql,
	enum migrate_error_code code, const char *message)
{
	make_piece(f, NULL, "a", segment, how, sql);
	assert_failed(f, code, message);
	assert_false(f->step[0].done);
	migrate_error_clear(&f->error);
}

/* "1 started;1 done;" of the log, "applied" for a record of a whole script. */
static inline const char *journal(struct fixture *f)
{
	return query(f, "SELECT ltrim(coalesce(segment, '') || ' ' || outcome) FROM migrate_log "
			"ORDER BY id");
}

static inline const char *rows(struct fixture *f)
{
	return query(f, "SELECT version_num FROM migrate_version ORDER BY 1");
}

/* What the driver reads of the journal: "a 1 started|...;" */
static inline const char *read_journal(struct fixture *f)
{
	static const char *const outcome[] = {
		[DB_STARTED] = "started", [DB_DONE] = "done", [DB_RETRY] = "retry"};
	static const char *const direction[] = {
		[DB_UPGRADE] = "up", [DB_DOWNGRADE] = "down", [DB_STAMP] = "stamp"};
	struct str out = {0};
	struct db_state state;
	const char *kept;

	if (!sqlite_driver.read(f->db, &f->arena, false, &state, &f->error))
		fail_with_error(f);
	for (size_t i = 0; i < state.journal_count; i++)
		str_printf(&out, "%s %s %ld %s %s %s;", state.journal[i].revision,
			direction[state.journal[i].direction], state.journal[i].segment,
			outcome[state.journal[i].outcome], state.journal[i].checksum,
			state.journal[i].sql);
	kept = arena_strdup(&f->arena, str_text(&out));
	str_release(&out);
	return kept;
}

static inline int set_up_locked(void **state)
{
	if (set_up(state))
		return -1;
	open_db(*state, DB_CREATE);
	lock(*state);
	str_clear(&((struct fixture *)*state)->notices);
	return 0;
}

#endif
