/* postgres_batch: the text of one simple Query that runs whole scripts, and the way back from a
 * place in it to a place in a script. Pure: no connection.
 *
 * A step in it is a part: statements before the script (BEGIN, settings of this transaction, the
 * lock on the version table), the script as it stands but for COPY data, one statement that writes
 * rows and log and fails where the rows are not as planned, RESET ALL with our settings again, and
 * COMMIT. Surprising: nothing before the script may take a snapshot, so that a script may begin
 * with SET TRANSACTION; so the rows are checked behind it. And RESET ALL stands before COMMIT,
 * since the next transaction begins right behind it, with the isolation and access mode that are
 * then the defaults.
 */
#ifndef MIGRATE_DB_POSTGRES_BATCH_H
#define MIGRATE_DB_POSTGRES_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "db/db.h"

/* Settings that decide how the text of a message is read. */
#define POSTGRES_READING "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n"
enum { POSTGRES_READING_COUNT = 2 };

/* What all messages of a connection have in common. */
struct postgres_frame {
	const char *version_name, *log_name; /* quoted, with the schema */
	const char *version_table;           /* the plain name */
	const char *tool, *user, *token;
	const char *restore; /* statements */
	size_t restore_count;
	long lock_timeout, statement_timeout;
	bool counts; /* the prepared record counts the rows, and a place of it has them */
	/* Behind a pooler: the session has not these time-outs, and each step sets them; and it is
	 * the version table's lock that keeps runs apart, and is waited for so long. */
	bool local;
	long lock_wait;
};

/* size bytes at `at` of the message are the step's script from offset on. */
struct postgres_piece {
	size_t at, size, step, offset;
};

/* Data for a COPY, in the step's script. */
struct postgres_data {
	size_t step, offset, size;
};

struct postgres_part {
	size_t step;
	size_t before; /* statements before the script */
	size_t resets; /* between the script and the record */
	size_t after;  /* between the record and COMMIT */
	bool commits;
};

struct postgres_message {
	struct arena memory;
	struct str text;
	bool alone;  /* one statement, with nothing of ours around it */
	size_t head; /* statements before the first part */
	struct postgres_piece *piece;
	struct postgres_part *part;
	struct postgres_data *data;
	size_t pieces, piece_room, parts, part_room, blocks, block_room;
};

/* How a step stands in its message. */
struct postgres_place {
	size_t index; /* in the batch */
	bool opens, commits;
	bool prepared; /* the record is EXECUTE migrate_record(...) */
	/* The rows before the step, or NULL. Behind the first step, and where it is prepared, only
	 * the number of many is compared: text for each of them with each step would be too much
	 * of it. */
	const struct names *expected;
	const char *outcome; /* for the log; NULL: 'applied', of a piece 'done' */
};

void postgres_message_head(struct postgres_message *message, const struct postgres_frame *frame,
	bool create_version, bool create_log, bool prepare);
void postgres_message_step(struct postgres_message *message, const struct postgres_frame *frame,
	const struct db_step *step, const struct postgres_place *place);
void postgres_message_clear(struct postgres_message *message);
void postgres_message_release(struct postgres_message *message);

/* Does a record with that outcome change the version table's rows? */
bool postgres_is_whole(const struct db_step *step, const char *outcome);
/* May the step's record be the prepared one: one row out, one row in? */
bool postgres_is_move(const struct db_step *step);
/* From a position of the server (from 1; in characters, or in bytes) to the script. False where it
 * is in text of ours. A place just behind a script is its end. */
bool postgres_message_find(const struct postgres_message *message, size_t position, bool bytes,
	size_t *step, size_t *offset);

/* For a transaction that holds only a record: BEGIN, the token, the lock. */
void postgres_add_begin(struct str *out, const struct postgres_frame *frame);
/* The statement alone, as a message of its own. */
void postgres_message_alone(struct postgres_message *message, const struct db_step *step);
/* Does the script speak of roles, so that they are to be kept from piece to piece? */
bool postgres_mentions_role(const struct db_step *step);
/* What a script may leave in the session besides settings; the number of statements. */
size_t postgres_add_cleaning(struct str *out, const struct db_step *step);

/* postgres_record.c. The record of a step as text; as the prepared migrate_record; and with it. */
void postgres_add_record(struct str *out, const struct postgres_frame *frame,
	const struct db_step *step, const struct postgres_place *place);
void postgres_add_prepare(struct str *out, const struct postgres_frame *frame);
void postgres_add_execute(struct str *out, const struct postgres_frame *frame,
	const struct db_step *step, const struct postgres_place *place);

#endif
