/* sqlite_text: what must be known of a script before SQLite may see it. Pure.
 *
 * Only the beginning is read: PRAGMA foreign_keys has an effect outside a transaction only, so it
 * is found here, before BEGIN (https://sqlite.org/pragma.html#pragma_foreign_keys).
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "db/sqlite.h"

static const char *behind_comment(const char *text, const char *end)
{
	const char *close;

	if (text[1] == '-') {
		close = memchr(text, '\n', (size_t)(end - text));
		return close ? close + 1 : end;
	}
	close = memmem(text + 2, (size_t)(end - text) - 2, "*/", 2);
	return close ? close + 2 : end;
}

static bool is_comment(const char *text, const char *end)
{
	return end - text >= 2 && (!memcmp(text, "--", 2) || !memcmp(text, "/*", 2));
}

/* A byte order mark is a blank to SQLite. */
static const char *skip_blanks(const char *text, const char *end, const char *blanks)
{
	while (text < end) {
		if (is_comment(text, end))
			text = behind_comment(text, end);
		else if (strchr(blanks, *text))
			text++;
		else if (utf8_mark(text, (size_t)(end - text)))
			text += utf8_mark(text, (size_t)(end - text));
		else
			break;
	}
	return text;
}

size_t sqlite_first_token(const char *text, size_t size, size_t offset)
{
	return (size_t)(skip_blanks(text + offset, text + size, " \t\n\f\r;") - text);
}

bool sqlite_is_true(const char *value)
{
	if (*value >= '0' && *value <= '9')
		return atoi(value) != 0;
	return !strcasecmp(value, "on") || !strcasecmp(value, "yes") || !strcasecmp(value, "true");
}

/* The next word, or one byte of punctuation, without quotes; "" at the end. */
static const char *next_token(const char *text, const char *end, char token[32])
{
	size_t size = 0;
	char quote = '\0';

	text = skip_blanks(text, end, " \t\n\f\r");
	if (text < end && strchr("'\"`[", *text))
		quote = *text++;
	while (text + size < end && (text[size] == '_' || isalnum((unsigned char)text[size])))
		size++;
	if (!size && text < end)
		size = 1;
	*token = '\0';
	if (size < 32)
		strncat(token, text, size);
	text += size;
	return quote && text < end ? text + 1 : text;
}

enum toggle sqlite_leading_foreign_keys(const char *text, size_t size)
{
	const char *end = text + size;
	char token[32], after[32];

	text = next_token(text + sqlite_first_token(text, size, 0), end, token);
	if (strcasecmp(token, "pragma"))
		return TOGGLE_UNSET;
	text = next_token(text, end, token);
	text = next_token(text, end, after);
	if (!strcmp(after, ".")) {
		text = next_token(text, end, token);
		text = next_token(text, end, after);
	}
	if (strcasecmp(token, "foreign_keys") || (strcmp(after, "=") && strcmp(after, "(")))
		return TOGGLE_UNSET;
	next_token(text, end, token);
	return sqlite_is_true(token) ? TOGGLE_ON : TOGGLE_OFF;
}

bool sqlite_wants_foreign_keys(const struct db_step *step)
{
	enum toggle wish = TOGGLE_UNSET;

	if (step->script)
		wish = sqlite_leading_foreign_keys(step->script, step->script_size);
	if (wish == TOGGLE_UNSET && step->whole_script)
		wish = sqlite_leading_foreign_keys(step->whole_script, step->whole_size);
	return (wish == TOGGLE_UNSET ? step->options.foreign_keys : wish) == TOGGLE_ON;
}
