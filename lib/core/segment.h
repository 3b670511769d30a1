/* segment: a script cut into what commits together.
 *
 * Most scripts are one segment, a transaction. A statement that the server refuses inside a
 * transaction is a segment of its own; the statements before, between and after such ones are
 * transactions. A script's own BEGIN ... COMMIT pairs are boundaries: a pair around the whole
 * script is our transaction in its place, pairs around parts are a segment each. Whatever else
 * would end or leave a transaction (an unpaired one, ROLLBACK, PREPARE TRANSACTION, AND CHAIN) is
 * an error.
 *
 * Pure. The segments joined together are the script.
 */
#ifndef MIGRATE_CORE_SEGMENT_H
#define MIGRATE_CORE_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "core/revision.h"
#include "core/scan.h"
#include "migrate.h"

struct segment {
	bool outside;        /* one statement, outside a transaction */
	size_t offset, size; /* in the script */
	/* The segment's text, NUL-terminated: the script's bytes, a pair's BEGIN and COMMIT
	 * blanked, so that positions stay what they were. */
	const char *text;
	const char *
		begin; /* what stood behind a pair's BEGIN: "ISOLATION LEVEL SERIALIZABLE", or "" */
	bool paired;   /* the script's own BEGIN ... COMMIT */
};

struct segments {
	struct segment *item;
	uint32_t count; /* at least 1 */
	bool has_pairs; /* pairs around parts of the script: worth a notice */
	/* Offset, and one, of the first SET that would outlast a transaction; 0: none. PostgreSQL.
	 */
	size_t setting;
};

struct segment_source {
	enum scan_dialect dialect;
	const char *file; /* for messages */
	const char *sql;
	size_t size, line; /* line: in the file, of the script's first line */
	bool single;       /* transaction=off: every statement on its own */
	bool together;     /* other scripts run in the same transaction, before it */
	/* Offsets of statements' first tokens that the server refused inside a transaction */
	const uint32_t *learnt;
	uint32_t learnt_count;
	/* Offsets, ascending, at which a transaction has ended in a run before: a statement that
	 * begins there begins a segment */
	const uint32_t *edge;
	uint32_t edge_count;
};

/* MIGRATE_E_SCRIPT with its place in the file, for everything that scan.h calls a problem too. */
bool segment_cut(struct arena *arena, const struct segment_source *source,
	struct segments *segments, struct migrate_error *error);

/* Is the statement that begins at text a SET of the session (not LOCAL, TRANSACTION, CONSTRAINTS),
 * a RESET, a SELECT of set_config() alone, or, in SQLite, an ATTACH, a DETACH or a PRAGMA with a
 * value: to be repeated when a script is resumed behind it?
 */
bool segment_is_setting(enum scan_dialect dialect, const char *text, size_t size);
/* Does it create a temporary object, which goes with the session? */
bool segment_is_temporary(enum scan_dialect dialect, const char *text, size_t size);

#endif
