/* revision: header and sections of one file. Knows nothing of other files: whether a parent exists
 * is the graph's question, whether the SQL is sound the scanner's. Surprising: a marker counts
 * wherever it stands in column 1, inside a quote too; the open quote is what is reported then. */
#include "core/revision.h"

#include <string.h>

#include "base/error.h"
#include "core/timestamp.h"

static const char marker[] = "-- migrate:";
enum { MARKER_SIZE = sizeof marker - 1 };

struct span {
	const char *text;
	size_t size;
};

struct reader {
	struct arena *arena;
	const char *file, *text;
	size_t size;
	struct revision *revision;
	struct migrate_error *error;
	unsigned seen; /* header keys, one bit each */
};

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r';
}

static struct span trim(struct span span)
{
	while (span.size && is_blank(span.text[0])) {
		span.text++;
		span.size--;
	}
	while (span.size && is_blank(span.text[span.size - 1]))
		span.size--;
	return span;
}

static bool equals(struct span span, const char *text)
{
	return span.size == strlen(text) && !memcmp(span.text, text, span.size);
}

/* An error at a place in the text. */
static bool fail(struct reader *reader, const char *at)
{
	return error_at_offset(reader->error, reader->file, reader->text, reader->size,
		(size_t)(at - reader->text), 1);
}

static bool is_reserved(const char *text, size_t size)
{
	static const char *const words[] = {"head", "heads", "base", "current"};
	struct span span = {text, size};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (equals(span, words[i]))
			return true;
	return false;
}

bool identifier_is_valid(const char *text, size_t size)
{
	if (!size || size > REVISION_ID_LIMIT || is_reserved(text, size))
		return false;
	for (size_t i = 0; i < size; i++) {
		char c = text[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '_' || c == '.'))
			return false;
	}
	return true;
}

static bool read_identifier(struct reader *reader, struct span value, const char **id)
{
	if (!identifier_is_valid(value.text, value.size)) {
		error_set(reader->error, MIGRATE_E_SCRIPT, "\"%.*s\" is no revision identifier",
			(int)(value.size < 80 ? value.size : 80), value.text);
		error_hint(reader->error,
			"Identifiers and labels are 1 to 255 letters, digits, \"_\" and \".\", and "
			"none of the words head, heads, base, current.");
		return fail(reader, value.text);
	}
	*id = arena_strndup(reader->arena, value.text, value.size);
	return true;
}

static bool read_list(struct reader *reader, struct span value, struct names *names)
{
	const char *end = value.text + value.size;
	const char **item;
	uint32_t limit = 1;

	if (!value.size)
		return true;
	for (size_t i = 0; i < value.size; i++)
		limit += value.text[i] == ',';
	item = ARENA_ARRAY(reader->arena, limit, const char *);
	for (const char *at = value.text;;) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		struct span part = {at, (size_t)((comma ? comma : end) - at)};

		if (!read_identifier(reader, trim(part), &item[names->count]))
			return false;
		names->count++;
		if (!comma)
			break;
		at = comma + 1;
	}
	names->item = item;
	return true;
}

static bool read_created(struct reader *reader, struct span value)
{
	struct revision *revision = reader->revision;

	if (!value.size)
		return true;
	if (!timestamp_parse(value.text, value.size, &revision->created_at)) {
		error_set(reader->error, MIGRATE_E_SCRIPT, "\"%.*s\" is no date and time",
			(int)(value.size < 80 ? value.size : 80), value.text);
		error_hint(reader->error, "Write it like 2026-11-21 10:30:00+00:00.");
		return fail(reader, value.text);
	}
	revision->created = arena_strndup(reader->arena, value.text, value.size);
	return true;
}

enum header_key {
	KEY_REVISION,
	KEY_DOWN_REVISION,
	KEY_BRANCH_LABELS,
	KEY_DEPENDS_ON,
	KEY_CREATED,
	KEY_IRREVERSIBLE,
	KEY_COUNT
};

static const char *const key_names[KEY_COUNT] = {
	"revision", "down_revision", "branch_labels", "depends_on", "created", "irreversible"};

static bool read_value(struct reader *reader, enum header_key key, struct span value)
{
	struct revision *revision = reader->revision;

	switch (key) {
	case KEY_REVISION: return read_identifier(reader, value, &revision->id);
	case KEY_DOWN_REVISION: return read_list(reader, value, &revision->parents);
	case KEY_BRANCH_LABELS: return read_list(reader, value, &revision->labels);
	case KEY_DEPENDS_ON: return read_list(reader, value, &revision->dependencies);
	case KEY_CREATED: return read_created(reader, value);
	case KEY_IRREVERSIBLE:
		revision->irreversible = arena_strndup(reader->arena, value.text, value.size);
		return true;
	case KEY_COUNT: break;
	}
	return true;
}

/* A word that is nearly a key, in the place of a key, is a typing error: taking it for text would
 * silently make the revision a base. The message line may hold any words. */
static bool refuse_misspelt(struct reader *reader, struct span key)
{
	char word[32];
	const char *meant;

	if (!reader->seen || key.size >= sizeof word || memchr(key.text, ' ', key.size))
		return true;
	memcpy(word, key.text, key.size);
	word[key.size] = '\0';
	meant = nearest_name(word, key_names, KEY_COUNT);
	if (!meant || edit_distance(word, meant) > 2)
		return true;
	error_set(reader->error, MIGRATE_E_SCRIPT, "unknown header key \"%s\"", word);
	error_hint(reader->error, "Did you mean \"%s\"?", meant);
	return fail(reader, key.text);
}

static bool read_key(struct reader *reader, struct span key, struct span value)
{
	for (int i = 0; i < KEY_COUNT; i++) {
		if (!equals(key, key_names[i]))
			continue;
		if (reader->seen & 1U << i) {
			error_set(reader->error, MIGRATE_E_SCRIPT,
				"the header has two \"%s\" lines", key_names[i]);
			return fail(reader, key.text);
		}
		reader->seen |= 1U << i;
		return read_value(reader, (enum header_key)i, value);
	}
	return refuse_misspelt(reader, key);
}

static bool is_key(struct span key)
{
	for (int i = 0; i < KEY_COUNT; i++)
		if (equals(key, key_names[i]))
			return true;
	return false;
}

static bool read_header_line(struct reader *reader, struct span line)
{
	struct span body = trim((struct span){line.text + 2, line.size - 2});
	const char *colon = memchr(body.text, ':', body.size);
	struct revision *revision = reader->revision;
	struct span key, value;

	if (!body.size)
		return true;
	key = trim((struct span){body.text, colon ? (size_t)(colon - body.text) : 0});
	if (!revision->message && !(colon && is_key(key))) {
		revision->message = arena_strndup(reader->arena, body.text, body.size);
		return true;
	}
	if (!colon)
		return true;
	value = trim((struct span){colon + 1, (size_t)(body.text + body.size - colon - 1)});
	return read_key(reader, key, value);
}

static bool read_header(struct reader *reader, size_t end)
{
	static const char bom[] = "\xef\xbb\xbf";
	const char *at = reader->text, *stop = reader->text + end;

	if (end >= 3 && !memcmp(at, bom, 3))
		at += 3;
	while (at < stop) {
		const char *newline = memchr(at, '\n', (size_t)(stop - at));
		struct span line = {at, (size_t)((newline ? newline : stop) - at)};

		if (line.size >= 2 && line.text[0] == '-' && line.text[1] == '-') {
			if (!read_header_line(reader, line))
				return false;
		} else if (trim(line).size) {
			error_set(reader->error, MIGRATE_E_SCRIPT,
				"text before the first section marker");
			error_hint(reader->error,
				"Begin the SQL with a line \"-- migrate:upgrade\" in column 1.");
			return fail(reader, trim(line).text);
		}
		at = newline ? newline + 1 : stop;
	}
	return true;
}

static bool read_toggle(struct span value, enum toggle *toggle)
{
	if (!equals(value, "on") && !equals(value, "off"))
		return false;
	*toggle = equals(value, "on") ? TOGGLE_ON : TOGGLE_OFF;
	return true;
}

static bool read_option(struct reader *reader, struct section_options *options, struct span word)
{
	static const char *const option_names[] = {
		"transaction", "foreign_keys", "lock_timeout", "statement_timeout"};
	const char *equal = memchr(word.text, '=', word.size);
	struct span name = {word.text, equal ? (size_t)(equal - word.text) : word.size};
	struct span value = {equal ? equal + 1 : "", equal ? word.size - name.size - 1 : 0};
	char shown[32] = "";
	const char *meant;

	if (equal && equals(name, "transaction") && read_toggle(value, &options->transaction))
		return true;
	if (equal && equals(name, "foreign_keys") && read_toggle(value, &options->foreign_keys))
		return true;
	if (equal && equals(name, "lock_timeout") &&
		duration_parse(value.text, value.size, &options->lock_timeout))
		return true;
	if (equal && equals(name, "statement_timeout") &&
		duration_parse(value.text, value.size, &options->statement_timeout))
		return true;
	error_set(reader->error, MIGRATE_E_SCRIPT, "\"%.*s\" is no option of a section",
		(int)(word.size < 80 ? word.size : 80), word.text);
	memcpy(shown, name.text, name.size < sizeof shown ? name.size : sizeof shown - 1);
	meant = nearest_name(shown, option_names, 4);
	if (meant && strcmp(meant, shown))
		error_hint(reader->error, "Did you mean \"%s\"?", meant);
	error_hint(reader->error, "Options are transaction=on|off, foreign_keys=on|off, "
				  "lock_timeout=2s, statement_timeout=5m.");
	return fail(reader, word.text);
}

static bool read_options(struct reader *reader, struct section_options *options, struct span rest)
{
	while ((rest = trim(rest)).size) {
		struct span word = {rest.text, 0};

		while (word.size < rest.size && !is_blank(rest.text[word.size]))
			word.size++;
		if (!read_option(reader, options, word))
			return false;
		rest.text += word.size;
		rest.size -= word.size;
	}
	return true;
}

/* The section that a marker line opens, or NULL with an error. */
static struct section *section_of(struct reader *reader, struct span name)
{
	struct revision *revision = reader->revision;
	struct section *section = NULL;

	if (equals(name, "upgrade") || equals(name, "up"))
		section = &revision->upgrade;
	else if (equals(name, "downgrade") || equals(name, "down"))
		section = &revision->downgrade;
	if (!section) {
		error_set(reader->error, MIGRATE_E_SCRIPT, "unknown section \"%.*s\"",
			(int)(name.size < 80 ? name.size : 80), name.text);
		error_hint(reader->error, "Sections are \"-- migrate:upgrade\" and "
					  "\"-- migrate:downgrade\".");
		fail(reader, name.text);
		return NULL;
	}
	if (section->present) {
		error_set(reader->error, MIGRATE_E_SCRIPT, "the file has two \"%.*s\" sections",
			(int)name.size, name.text);
		fail(reader, name.text);
		return NULL;
	}
	return section;
}

static bool read_marker(struct reader *reader, struct span line, struct section **section)
{
	struct span rest = trim((struct span){line.text + MARKER_SIZE, line.size - MARKER_SIZE});
	struct span name = {rest.text, 0};

	while (name.size < rest.size && !is_blank(rest.text[name.size]))
		name.size++;
	*section = section_of(reader, name);
	if (!*section)
		return false;
	(*section)->present = true;
	rest.text += name.size;
	rest.size -= name.size;
	return read_options(reader, &(*section)->options, rest);
}

static bool is_marker(const char *at, const char *end)
{
	return end - at >= MARKER_SIZE && !memcmp(at, marker, MARKER_SIZE);
}

/* Offset of the next marker line at or after a line's start, or size. */
static size_t find_marker(const struct reader *reader, size_t from)
{
	const char *at = reader->text + from, *end = reader->text + reader->size;

	while (at < end && !is_marker(at, end)) {
		at = memmem(at, (size_t)(end - at), "\n-- migrate:", MARKER_SIZE + 1);
		if (!at)
			return reader->size;
		at++;
	}
	return (size_t)(at - reader->text);
}

static uint32_t count_lines(const char *text, size_t size)
{
	const char *end = text + size;
	uint32_t lines = 0;

	while ((text = memchr(text, '\n', (size_t)(end - text)))) {
		text++;
		lines++;
	}
	return lines;
}

static bool read_sections(struct reader *reader, size_t at)
{
	uint32_t line = 1 + count_lines(reader->text, at);

	while (at < reader->size) {
		const char *start = reader->text + at;
		const char *newline = memchr(start, '\n', reader->size - at);
		size_t line_end = newline ? (size_t)(newline - reader->text) : reader->size;
		size_t body = newline ? line_end + 1 : line_end;
		size_t next = find_marker(reader, body);
		struct section *section;

		if (!read_marker(reader, (struct span){start, line_end - at}, &section))
			return false;
		section->offset = (uint32_t)body;
		section->size = (uint32_t)(next - body);
		section->line = line + 1;
		line += 1 + count_lines(reader->text + body, next - body);
		at = next;
	}
	return true;
}

static bool check_whole(struct reader *reader)
{
	const struct revision *revision = reader->revision;

	if (!(reader->seen & 1U << KEY_REVISION)) {
		error_set(
			reader->error, MIGRATE_E_SCRIPT, "the header has no \"-- revision:\" line");
		error_hint(reader->error,
			"Name the revision in a line \"-- revision: ID\" at the top "
			"of the file; \"migrate revision -m MESSAGE\" writes a "
			"whole one.");
		return error_at(reader->error, reader->file, 1, 1);
	}
	if (!revision->upgrade.present) {
		error_set(reader->error, MIGRATE_E_SCRIPT,
			"the file has no \"-- migrate:upgrade\" section");
		error_hint(reader->error,
			"Put a line \"-- migrate:upgrade\" before the SQL, and "
			"\"-- migrate:downgrade\" before the SQL that reverts it.");
		return error_at(reader->error, reader->file, 1, 1);
	}
	if (revision->irreversible && revision->downgrade.present) {
		error_set(reader->error, MIGRATE_E_SCRIPT,
			"the revision is irreversible and has a downgrade section");
		error_hint(reader->error, "Remove the \"-- irreversible:\" line or the section.");
		return error_at(reader->error, reader->file, revision->downgrade.line - 1, 1);
	}
	return true;
}

bool revision_parse(struct arena *arena, const char *file, const char *text, size_t size,
	struct revision *revision, struct migrate_error *error)
{
	static const struct section_options unset = {
		.lock_timeout = DURATION_UNSET, .statement_timeout = DURATION_UNSET};
	struct reader reader = {.arena = arena,
		.file = file,
		.text = text,
		.size = size,
		.revision = revision,
		.error = error};
	size_t first;

	memset(revision, 0, sizeof *revision);
	revision->file = file;
	revision->created_at = TIMESTAMP_MISSING;
	revision->upgrade.options = revision->downgrade.options = unset;
	first = size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
	first = find_marker(&reader, first);
	if (!read_header(&reader, first) || !read_sections(&reader, first))
		return false;
	if (!revision->message)
		revision->message = "";
	return check_whole(&reader);
}
