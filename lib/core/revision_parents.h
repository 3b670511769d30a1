/* revision_parents: where a file says what its revision stands on, and the file with something else
 * there. Pure; knows the shape of a header, and not whether it is right. */
#ifndef MIGRATE_CORE_REVISION_PARENTS_H
#define MIGRATE_CORE_REVISION_PARENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct parents_place {
	size_t offset, size; /* of the value, without blanks around it */
	uint32_t line;       /* from 1 */
	bool missing;        /* there is no such line: it belongs at offset, on a line of its own */
};

struct parents_place revision_parents_place(const char *text, size_t size);
/* Appends the text with other parents: "a" or "a, b"; nothing else of it changes. */
void revision_set_parents(struct str *out, const char *text, size_t size, const char *parents);

#endif
