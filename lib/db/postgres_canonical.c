/* postgres_canonical: see the header. Knows strings, quoted names, dollar quotes and brackets;
 * knows no expressions.
 *
 * Surprising: an element is cast within parentheses even where it is one word, because the server
 * writes casts so (ruleutils.c, get_coercion_expr). */
#include "db/postgres_canonical.h"

#include <ctype.h>
#include <string.h>

#define ARRAY "(ARRAY["

static const char *skip_quoted(const char *at, const char *end)
{
	char quote = *at++;

	while (at < end && *at != quote)
		at++;
	return at < end ? at + 1 : end;
}

/* E'..' has backslashes; the quote's doubling needs no care: two strings side by side. */
static const char *skip_escaped(const char *at, const char *end)
{
	for (at += 2; at < end && *at != '\''; at++)
		if (*at == '\\' && at + 1 < end)
			at++;
	return at < end ? at + 1 : end;
}

static const char *skip_dollar(const char *at, const char *end)
{
	const char *tag = at + 1, *close;
	size_t size;

	while (tag < end && (isalnum((unsigned char)*tag) || *tag == '_'))
		tag++;
	if (tag == end || *tag != '$')
		return at + 1;
	size = (size_t)(tag + 1 - at);
	close = memmem(tag + 1, (size_t)(end - tag - 1), at, size);
	return close ? close + size : end;
}

static bool is_word(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_' || byte == '$' || (byte & 0x80);
}

/* The end of a token: a string, a quoted name, a word, or one byte. */
static const char *skip(const char *at, const char *end)
{
	if (*at == '\'' || *at == '"')
		return skip_quoted(at, end);
	if (*at == 'E' && at + 1 < end && at[1] == '\'')
		return skip_escaped(at, end);
	if (*at == '$')
		return skip_dollar(at, end);
	if (!is_word(*at))
		return at + 1;
	while (at < end && is_word(*at))
		at++;
	return at;
}

/* The bracket that closes the one before at, or the comma at its level; NULL: none. */
static const char *find_end(const char *at, const char *end, bool comma)
{
	for (int depth = 0; at < end; at = skip(at, end)) {
		if (!depth && (*at == ']' || *at == ')' || (comma && *at == ',')))
			return at;
		if (*at == '(' || *at == '[')
			depth++;
		else if (*at == ')' || *at == ']')
			depth--;
	}
	return NULL;
}

/* The end of a type's name behind `::`, which is there up to its own `[]`; NULL: no array's. */
static const char *find_type(const char *at, const char *end)
{
	while (at < end && (is_word(*at) || *at == '"' || *at == '.' || *at == ' '))
		at = *at == '"' ? skip_quoted(at, end) : at + 1;
	if (end - at < 2 || at[0] != '[' || at[1] != ']' || (end - at > 2 && at[2] == '['))
		return NULL;
	return at;
}

static void add(struct str *out, const char *at, const char *end)
{
	while (at < end) {
		const char *next = skip(at, end);
		const char *close, *type, *stop;

		if (strncmp(at, ARRAY, sizeof ARRAY - 1) != 0 ||
			!(close = find_end(at + sizeof ARRAY - 1, end, false)) || end - close < 4 ||
			strncmp(close, "])::", 4) != 0 || !(type = find_type(close + 4, end))) {
			str_add_bytes(out, at, (size_t)(next - at));
			at = next;
			continue;
		}
		str_add(out, "ARRAY[");
		for (at += sizeof ARRAY - 1; at < close; at = stop + 1 + (stop < close)) {
			stop = find_end(at, close, true);
			stop = stop ? stop : close;
			str_add_char(out, '(');
			add(out, at, stop);
			str_printf(out, ")::%.*s%s", (int)(type - close - 4), close + 4,
				stop < close ? ", " : "");
		}
		str_add_char(out, ']');
		at = type + 2;
	}
}

const char *postgres_canonical(const char *text, struct str *out)
{
	if (!strstr(text, ARRAY))
		return text;
	str_clear(out);
	add(out, text, text + strlen(text));
	return str_text(out);
}
