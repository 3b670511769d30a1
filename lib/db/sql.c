/* sql: quoting and template filling. Knows no database: both quote the same way
 * (https://sqlite.org/lang_keywords.html,
 * https://www.postgresql.org/docs/current/sql-syntax-lexical.html). */
#include "db/sql.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void add_quoted(struct str *out, char quote, const char *text, size_t size)
{
	const char *end = text + size, *next;

	str_add_char(out, quote);
	while ((next = memchr(text, quote, (size_t)(end - text)))) {
		str_add_bytes(out, text, (size_t)(next + 1 - text));
		str_add_char(out, quote);
		text = next + 1;
	}
	str_add_bytes(out, text, (size_t)(end - text));
	str_add_char(out, quote);
}

void sql_add_identifier(struct str *out, const char *name)
{
	add_quoted(out, '"', name, strlen(name));
}

void sql_add_literal_bytes(struct str *out, const char *text, size_t size)
{
	if (text)
		add_quoted(out, '\'', text, size);
	else
		str_add(out, "NULL");
}

void sql_add_literal(struct str *out, const char *text)
{
	sql_add_literal_bytes(out, text, text ? strlen(text) : 0);
}

static void add_value(struct str *out, const struct sql_value *value)
{
	switch (value->kind) {
	case SQL_IDENTIFIER: sql_add_identifier(out, value->text); return;
	case SQL_LITERAL: sql_add_literal(out, value->text); return;
	case SQL_NUMBER: str_printf(out, "%" PRId64, value->number); return;
	case SQL_TEXT: str_add(out, value->text); return;
	}
}

/* Bytes of the placeholder's name behind an opening brace, 0 where it is none. */
static size_t placeholder(const char *text)
{
	size_t size = strspn(text, "abcdefghijklmnopqrstuvwxyz_");

	return text[size] == '}' ? size : 0;
}

static const struct sql_value *find_value(
	const char *name, size_t size, const struct sql_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(values[i].name) == size && !memcmp(values[i].name, name, size))
			return &values[i];
	abort();
}

void sql_fill(struct str *out, const char *template, const struct sql_value *values, size_t count)
{
	const char *brace;

	while ((brace = strchr(template, '{'))) {
		size_t size = placeholder(brace + 1);

		str_add_bytes(out, template, (size_t)(brace - template) + !size);
		if (size)
			add_value(out, find_value(brace + 1, size, values, count));
		template = brace + 1 + (size ? size + 1 : 0);
	}
	str_add(out, template);
}

void sql_add_comment_text(struct str *out, const char *text)
{
	size_t start = out->size;

	str_add_visible(out, text, strlen(text));
	for (size_t i = start; i < out->size; i++)
		if (out->text[i] == '\n')
			out->text[i] = ' ';
}
