/* error: filling a struct migrate_error.
 *
 * The first error wins: on a struct that holds one, error_set does nothing but return false, and
 * the other setters add only what is still missing. error is never NULL. Each setter returns false,
 * so that `return error_set(...)` reads well. Text is copied, and made harmless for terminals.
 */
#ifndef MIGRATE_BASE_ERROR_H
#define MIGRATE_BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "migrate.h"

__attribute__((format(printf, 3, 4))) bool error_set(
	struct migrate_error *error, enum migrate_error_code code, const char *format, ...);
/* Makes another error of one, whatever it holds: its place and all else stay. */
__attribute__((format(printf, 3, 4))) bool error_recast(
	struct migrate_error *error, enum migrate_error_code code, const char *format, ...);
/* Adds a line to the detail, however many there are. */
__attribute__((format(printf, 2, 3))) bool error_detail(
	struct migrate_error *error, const char *format, ...);
__attribute__((format(printf, 2, 3))) bool error_hint(
	struct migrate_error *error, const char *format, ...);
/* line and column from 1, 0 where unknown. */
bool error_at(struct migrate_error *error, const char *file, size_t line, size_t column);
/* The same from a byte offset into the file's text: fills line, column and the excerpt.
 * first_line is the number of the line that text starts at (1 for a whole file). */
bool error_at_offset(struct migrate_error *error, const char *file, const char *text, size_t size,
	size_t offset, size_t first_line);
bool error_sqlstate(struct migrate_error *error, const char *sqlstate);
bool error_statement(struct migrate_error *error, const char *text, size_t size);
/* Hides secrets, a list that NULL ends, or NULL, in what the error shows of a script. */
void error_hide(struct migrate_error *error, const char *const *secrets);
/* Copies from (which keeps its own) into an empty error. */
bool error_copy(struct migrate_error *error, const struct migrate_error *from);

/* The nearest of count names, at most a third of its length and one more in edits, or NULL: the
 * first of several as near. For "did you mean". */
const char *nearest_name(const char *name, const char *const *names, size_t count);
size_t edit_distance(const char *left, const char *right);

#endif
