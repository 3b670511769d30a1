/* dotenv: a reader of .env files that agrees with python-dotenv on what those have in common.
 * Knows nothing of the process' environment: the caller's lookup does. Surprising: a line that is
 * no assignment is an error, where python-dotenv drops it with a warning; to go on without it could
 * mean to go on with another database. */
#include "io/dotenv.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"
#include "io/expand.h"

/* Of all values together: `A=${A}${A}`, repeated, doubles with every line. */
enum { VALUES_LIMIT = 1024 * 1024 };

struct dotenv_reader {
	struct arena *arena;
	const char *file, *text;
	size_t size, at; /* at: where the next byte is read */
	dotenv_lookup *lookup;
	void *context;
	struct dotenv *dotenv;
	size_t used;      /* bytes of all values */
	const char *name; /* of the value being read, where it may be quoted */
	struct migrate_error *error;
};

static bool fail(struct dotenv_reader *reader, size_t offset, const char *message)
{
	if (reader->name)
		error_set(reader->error, MIGRATE_E_CONFIG, "the value of \"%s\" %s", reader->name,
			message);
	else
		error_set(reader->error, MIGRATE_E_CONFIG, "%s", message);
	error_at_offset(reader->error, reader->file, reader->text, reader->size, offset, 1);
	reader->error->excerpt = NULL;
	return false;
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\v' || byte == '\f';
}

static bool at_line_end(const struct dotenv_reader *reader)
{
	return reader->at == reader->size || reader->text[reader->at] == '\n' ||
	       reader->text[reader->at] == '\r';
}

static void skip_blanks(struct dotenv_reader *reader)
{
	while (reader->at < reader->size && is_blank(reader->text[reader->at]))
		reader->at++;
}

static void skip_line(struct dotenv_reader *reader)
{
	while (!at_line_end(reader))
		reader->at++;
}

const char *dotenv_find(const struct dotenv *dotenv, const char *name)
{
	for (size_t i = dotenv->count; i; i--)
		if (!strcmp(dotenv->name[i - 1], name))
			return dotenv->value[i - 1];
	return NULL;
}

static const char *find(struct dotenv_reader *reader, const char *name)
{
	const char *value = reader->lookup ? reader->lookup(name, reader->context) : NULL;

	return value ? value : dotenv_find(reader->dotenv, name);
}

/* Appends what the ${NAME} or ${NAME:-default} at text stands for, and returns its size; 0 where
 * there is none, and it is ordinary text. */
static size_t add_reference(
	struct dotenv_reader *reader, const char *text, size_t size, struct str *out)
{
	size_t name_size = size > 2 ? variable_name_size(text + 2, size - 2) : 0;
	const char *after = text + 2 + name_size, *close, *value;

	if (!name_size || text[0] != '$' || text[1] != '{')
		return 0;
	close = memchr(after, '}', (size_t)(text + size - after));
	if (!close || (close != after && memcmp(after, ":-", 2) != 0))
		return 0;
	value = find(reader, arena_strndup(reader->arena, text + 2, name_size));
	if (value && (value[0] || close == after))
		str_add(out, value);
	else if (close > after)
		str_add_bytes(out, after + 2, (size_t)(close - after) - 2);
	return (size_t)(close + 1 - text);
}

/* A zero byte, which no file has, is a dollar that was escaped. */
static bool add_expanded(
	struct dotenv_reader *reader, const char *text, size_t size, struct str *out)
{
	for (size_t i = 0; i < size;) {
		size_t used = add_reference(reader, text + i, size - i, out);

		if (!used) {
			str_add_char(out, text[i] ? text[i] : '$');
			used = 1;
		}
		i += used;
		if (reader->used + out->size > VALUES_LIMIT)
			return fail(reader, reader->at, "is too large with its variables");
	}
	return true;
}

/* The byte that a backslash and this one stand for in double quotes, 0 for none. */
static char escape_find(char byte)
{
	static const char from[] = "nrt\\\"'abfv", to[] = "\n\r\t\\\"'\a\b\f\v";
	const char *found = strchr(from, byte);

	return found ? to[found - from] : 0;
}

static bool read_double_quoted(struct dotenv_reader *reader, struct str *out)
{
	size_t start = reader->at++;
	struct str plain = {0};
	bool ok;

	while (reader->at < reader->size && reader->text[reader->at] != '"') {
		const char *text = reader->text + reader->at++;
		char next = *text == '\\' && reader->at < reader->size ? text[1] : 0;
		char escaped = next ? escape_find(next) : 0;

		reader->at += escaped || next == '$';
		str_add_char(&plain, escaped || next == '$' ? escaped : *text);
	}
	ok = reader->at < reader->size ? add_expanded(reader, str_text(&plain), plain.size, out)
				       : fail(reader, start, "has a quote that is not closed");
	reader->at++;
	str_release(&plain);
	return ok;
}

static bool read_single_quoted(struct dotenv_reader *reader, struct str *out)
{
	size_t start = ++reader->at;
	const char *end = memchr(reader->text + start, '\'', reader->size - start);

	if (!end)
		return fail(reader, start - 1, "has a quote that is not closed");
	reader->at = (size_t)(end - reader->text);
	str_add_bytes(out, reader->text + start, reader->at++ - start);
	return true;
}

static bool read_unquoted(struct dotenv_reader *reader, struct str *out)
{
	size_t start = reader->at, end;

	/* The blank may stand before the value: `A= # none`. */
	while (!at_line_end(reader) &&
		!(reader->text[reader->at] == '#' && is_blank(reader->text[reader->at - 1])))
		reader->at++;
	for (end = reader->at; end > start && is_blank(reader->text[end - 1]);)
		end--;
	return add_expanded(reader, reader->text + start, end - start, out);
}

static bool read_value(struct dotenv_reader *reader, struct str *out)
{
	char first = reader->at < reader->size ? reader->text[reader->at] : '\n';
	bool ok;

	if (first != '"' && first != '\'')
		return read_unquoted(reader, out);
	ok = first == '"' ? read_double_quoted(reader, out) : read_single_quoted(reader, out);
	if (!ok)
		return false;
	skip_blanks(reader);
	if (!at_line_end(reader) && reader->text[reader->at] != '#')
		return fail(reader, reader->at, "goes on behind its closing quote");
	return true;
}

/* A name, quoted as 'NAME' or not. */
static const char *read_name(struct dotenv_reader *reader)
{
	bool quoted = reader->at < reader->size && reader->text[reader->at] == '\'';
	size_t start = reader->at += quoted, size;

	if (quoted) {
		const char *end = memchr(reader->text + start, '\'', reader->size - start);

		size = end ? (size_t)(end - reader->text) - start : 0;
	} else {
		while (!at_line_end(reader) && !is_blank(reader->text[reader->at]) &&
			!strchr("=#", reader->text[reader->at]))
			reader->at++;
		size = reader->at - start;
	}
	if (!size) {
		fail(reader, start, "a name is missing before the =");
		return NULL;
	}
	reader->at = start + size + quoted;
	return arena_strndup(reader->arena, reader->text + start, size);
}

static bool read_assignment(struct dotenv_reader *reader, const char *name)
{
	struct dotenv *dotenv = reader->dotenv;
	struct str value = {0};
	bool ok;

	reader->at++;
	skip_blanks(reader);
	reader->name = variable_name_size(name, strlen(name)) == strlen(name) ? name : NULL;
	ok = read_value(reader, &value);
	reader->name = NULL;
	if (ok) {
		dotenv->name[dotenv->count] = name;
		dotenv->value[dotenv->count++] = arena_strndup(
			reader->arena, str_text(&value), value.size);
		reader->used += value.size;
		skip_line(reader);
	}
	str_release(&value);
	return ok;
}

static bool read_line(struct dotenv_reader *reader)
{
	size_t export = sizeof "export" - 1;
	const char *name;

	skip_blanks(reader);
	if (at_line_end(reader) || reader->text[reader->at] == '#') {
		skip_line(reader);
		return true;
	}
	if (reader->size - reader->at > export &&
		!memcmp(reader->text + reader->at, "export", export) &&
		is_blank(reader->text[reader->at + export])) {
		reader->at += export;
		skip_blanks(reader);
	}
	name = read_name(reader);
	if (!name)
		return false;
	skip_blanks(reader);
	if (reader->at < reader->size && reader->text[reader->at] == '=')
		return read_assignment(reader, name);
	/* `NAME` and `export NAME` say that there is one, not what it is. */
	if (at_line_end(reader) || reader->text[reader->at] == '#') {
		skip_line(reader);
		return true;
	}
	return fail(reader, reader->at, "the line is neither NAME=value nor a # comment");
}

static bool check_text(struct dotenv_reader *reader)
{
	const char *nul = memchr(reader->text, '\0', reader->size);

	if (!nul)
		return true;
	fail(reader, (size_t)(nul - reader->text), "the file has a zero byte");
	return error_hint(reader->error, "Save it as UTF-8; UTF-16 is not understood.");
}

bool dotenv_parse(struct arena *arena, const char *file, const char *text, size_t size,
	dotenv_lookup *lookup, void *context, struct dotenv *dotenv, struct migrate_error *error)
{
	struct dotenv_reader reader = {.arena = arena,
		.file = file,
		.text = text,
		.size = size,
		.lookup = lookup,
		.context = context,
		.dotenv = dotenv,
		.error = error};
	size_t lines = 1;

	if (!check_text(&reader))
		return false;
	reader.at = utf8_mark(text, size);
	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n' || text[i] == '\r';
	dotenv->count = 0;
	dotenv->name = ARENA_ARRAY(arena, lines, const char *);
	dotenv->value = ARENA_ARRAY(arena, lines, const char *);
	for (; reader.at < size; reader.at++)
		if (!read_line(&reader))
			return false;
	return true;
}
