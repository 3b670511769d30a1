/* revision: one revision file's text, understood.
 *
 * A file is a header of comment lines (the message, then `-- key: value` lines), then sections,
 * each opened by a marker line in column 1: `-- migrate:upgrade [name=value ...]` and
 * `-- migrate:downgrade ...` (`up`, `down` for short). Nothing is kept of the text itself: a
 * section is an offset and a size, so that 100,000 revisions fit in memory.
 */
#ifndef MIGRATE_CORE_REVISION_H
#define MIGRATE_CORE_REVISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "migrate.h"

enum { REVISION_ID_LIMIT = 255, SCRIPT_LIMIT = 64 * 1024 * 1024 };

struct names {
	const char *const *item;
	uint32_t count;
};

bool names_have(const struct names *names, const char *name);
/* In whatever order; neither holds a name twice. */
bool names_same(const struct names *left, const struct names *right);

enum toggle { TOGGLE_UNSET, TOGGLE_OFF, TOGGLE_ON };

#define DURATION_UNSET (-1L)

struct section_options {
	enum toggle transaction;  /* off: statements run one by one, outside a transaction */
	enum toggle foreign_keys; /* SQLite */
	long lock_timeout;        /* milliseconds, DURATION_UNSET, 0 for none */
	long statement_timeout;
};

struct section {
	bool present;
	uint32_t offset, size; /* the SQL, the marker line not included */
	uint32_t line;         /* of the SQL's first line, from 1 */
	struct section_options options;
};

struct revision {
	const char *id;
	const char *message; /* first line of the header's text, "" where there is none */
	const char *created; /* as written, NULL where missing */
	int64_t created_at;  /* microseconds since 1970 UTC; INT64_MIN where missing */
	const char *file;    /* path for opening and for messages */
	const char *text;    /* the file's, where it is not in a directory; else NULL */
	size_t text_size;
	struct names parents, dependencies, labels;
	struct names
		replaces; /* revisions whose work this one does; the last stood on all others */
	const char *irreversible; /* the reason, NULL where it can be reverted */
	struct section upgrade, downgrade;
};

/* Parses the text of one file. Everything kept is copied into the arena, but file. Errors are
 * MIGRATE_E_SCRIPT with file, line and column. */
bool revision_parse(struct arena *arena, const char *file, const char *text, size_t size,
	struct revision *revision, struct migrate_error *error);

/* Is text, of size bytes, a legal id or label: letters, digits, `_`, `.`, 1 to 255 bytes, and none
 * of the reserved words head, heads, base, current? */
bool identifier_is_valid(const char *text, size_t size);

/* SHA-256 of a section's SQL, indifferent to line ends, BOM, trailing blanks of a line and blank
 * lines at the end; written "sha256:<64 hex digits>". */
enum { CHECKSUM_SIZE = 7 + 64 + 1 };
void script_checksum(const char *sql, size_t size, char checksum[CHECKSUM_SIZE]);
/* The same of bytes as they are. */
void bytes_checksum(const char *bytes, size_t size, char checksum[CHECKSUM_SIZE]);
/* Was it made by the algorithm that script_checksum uses, so that the two can be compared? */
bool checksum_is_known(const char *checksum);

/* "500ms", "2s", "5m", "1h", a bare number of milliseconds is refused but for 0. False where it is
 * none of them or past a day. */
bool duration_parse(const char *text, size_t size, long *milliseconds);

#endif
