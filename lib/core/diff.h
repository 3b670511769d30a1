/* diff: what was taken out of one text and put into another, line by line.
 *
 * The changes are the fewest possible (Myers' O(ND) algorithm, in linear space), as long as that
 * costs no more than a fixed number of steps; behind them the rest counts as replaced. Pure.
 *
 * A text is a list of lines without their ends. Whoever compares generated text splits it by
 * diff_lines; scripts are compared by diff_script, whose lines are those of their checksum: it
 * finds a difference exactly where the checksums differ.
 */
#ifndef MIGRATE_CORE_DIFF_H
#define MIGRATE_CORE_DIFF_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "core/plain.h"

struct diff_text {
	const struct line *line; /* into the text that was split */
	uint32_t count;
	uint32_t first; /* the number that the first line has in its file, from 1 */
};

/* The old text's lines from index `from` on, `removed` of them, gave way to those of the new text
 * from `to` on, `added` of them. */
struct diff_change {
	uint32_t from, removed, to, added;
};

struct diff {
	struct diff_change *change; /* in order; between two of them at least one line is common */
	uint32_t count;
};

/* Every line as it stands; a newline at the end begins no further line. */
struct diff_text diff_lines(struct arena *arena, const char *text, size_t size, uint32_t first);
/* The lines that count for script_checksum. */
struct diff_text diff_script(struct arena *arena, const char *text, size_t size, uint32_t first);

void diff_find(struct arena *arena, const struct diff_text *old, const struct diff_text *new,
	struct diff *diff);

/* Appends the changes in unified format, each with up to three common lines around it: "@@ -8,2
 * +8,3 @@" and lines that begin with a blank, "-" or "+". Nothing in it steers a terminal: control
 * characters are \xNN. Long lines and what is behind very many are cut, and it says so. */
void diff_unified(struct str *out, const struct diff_text *old, const struct diff_text *new,
	const struct diff *diff);

/* The header and the changes between two whole texts, in the arena; NULL where their lines are the
 * same. */
const char *diff_texts(
	struct arena *arena, const char *header, const struct str *old, const struct str *new);

#endif
