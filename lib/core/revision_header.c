/* revision_header: the comment lines at a file's top, the message and then `key: value`. Knows
 * nothing of sections. Surprising: a line that is nearly a key is an error, because a misspelt
 * down_revision, taken for text, would silently make the revision a base. */
#include <string.h>

#include "base/error.h"
#include "core/revision_read.h"
#include "core/timestamp.h"

enum header_key {
	KEY_REVISION,
	KEY_DOWN_REVISION,
	KEY_BRANCH_LABELS,
	KEY_DEPENDS_ON,
	KEY_CREATED,
	KEY_IRREVERSIBLE,
	KEY_REPLACES
};

enum { KEY_COUNT = KEY_REPLACES + 1 };

static const char *const key_names[KEY_COUNT] = {"revision", "down_revision", "branch_labels",
	"depends_on", "created", "irreversible", "replaces"};

static bool read_identifier(struct reader *reader, struct span value, const char **id)
{
	if (!identifier_is_valid(value.text, value.size)) {
		error_set(reader->error, MIGRATE_E_SCRIPT, "\"%.*s\" is no revision identifier",
			span_shown(value), value.text);
		error_hint(reader->error,
			"Identifiers and labels are 1 to 255 letters, digits, \"_\" and \".\", and "
			"none of the words head, heads, base, current.");
		return reader_fail(reader, value.text);
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
	names->item = item;
	for (const char *at = value.text; at;) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		struct span part = {at, (size_t)((comma ? comma : end) - at)};

		if (!read_identifier(reader, span_trim(part), &item[names->count++]))
			return false;
		at = comma ? comma + 1 : NULL;
	}
	return true;
}

static bool read_created(struct reader *reader, struct span value)
{
	struct revision *revision = reader->revision;

	if (!value.size)
		return true;
	if (!timestamp_parse(value.text, value.size, &revision->created_at)) {
		error_set(reader->error, MIGRATE_E_SCRIPT, "\"%.*s\" is no date and time",
			span_shown(value), value.text);
		error_hint(reader->error, "Write it like 2026-11-21 10:30:00+00:00.");
		return reader_fail(reader, value.text);
	}
	revision->created = arena_strndup(reader->arena, value.text, value.size);
	return true;
}

static bool read_value(struct reader *reader, enum header_key key, struct span value)
{
	struct revision *revision = reader->revision;

	switch (key) {
	case KEY_REVISION: return read_identifier(reader, value, &revision->id);
	case KEY_DOWN_REVISION: return read_list(reader, value, &revision->parents);
	case KEY_BRANCH_LABELS: return read_list(reader, value, &revision->labels);
	case KEY_DEPENDS_ON: return read_list(reader, value, &revision->dependencies);
	case KEY_REPLACES: return read_list(reader, value, &revision->replaces);
	case KEY_CREATED: return read_created(reader, value);
	case KEY_IRREVERSIBLE:
		revision->irreversible = arena_strndup(reader->arena, value.text, value.size);
		break;
	}
	return true;
}

static bool find_key(struct span word, enum header_key *key)
{
	for (unsigned i = 0; i < KEY_COUNT; i++) {
		if (!span_equals(word, key_names[i]))
			continue;
		*key = (enum header_key)i;
		return true;
	}
	return false;
}

/* How many slips make a word a misspelt key. Prose has words near "created" ("related"), none near
 * one with an underscore; of several words only the very key counts. */
static size_t slips_allowed(struct span word, const char *key)
{
	if (memchr(word.text, ' ', word.size))
		return 0;
	return strchr(key, '_') ? 2 : 1;
}

/* The key that a word, written as people write one ("Down-Revision", "depends on"), must mean, or
 * NULL. */
static const char *meant_key(struct span key)
{
	char word[24];
	const char *meant;

	if (key.size >= sizeof word)
		return NULL;
	for (size_t i = 0; i < key.size; i++) {
		char c = key.text[i];

		word[i] = (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
		if (c == ' ' || c == '-')
			word[i] = '_';
	}
	word[key.size] = '\0';
	meant = nearest_name(word, key_names, KEY_COUNT);
	return meant && edit_distance(word, meant) <= slips_allowed(key, meant) ? meant : NULL;
}

static bool refuse_misspelt(struct reader *reader, struct span key)
{
	const char *meant = meant_key(key);

	if (!meant)
		return true;
	error_set(reader->error, MIGRATE_E_SCRIPT, "unknown header key \"%.*s\"", span_shown(key),
		key.text);
	error_hint(reader->error, "Did you mean \"%s\"?", meant);
	return reader_fail(reader, key.text);
}

static bool read_key(
	struct reader *reader, enum header_key key, struct span name, struct span value)
{
	if (reader->seen & 1U << key) {
		error_set(reader->error, MIGRATE_E_SCRIPT, "the header has two \"%s\" lines",
			key_names[key]);
		error_hint(reader->error, "Keep one of them; a list is separated by commas.");
		return reader_fail(reader, name.text);
	}
	reader->seen |= 1U << key;
	return read_value(reader, key, value);
}

/* The first line may hold any words ("fix: users" is no key), but an underscore is no prose. */
static bool read_message(struct reader *reader, struct span body, struct span key)
{
	if (memchr(key.text, '_', key.size) && !refuse_misspelt(reader, key))
		return false;
	reader->revision->message = arena_strndup(reader->arena, body.text, body.size);
	return true;
}

static bool read_line(struct reader *reader, struct span line)
{
	struct span body = span_trim((struct span){line.text + 2, line.size - 2});
	const char *colon = memchr(body.text, ':', body.size);
	struct span name = {body.text, colon ? (size_t)(colon - body.text) : 0};
	struct span value = {body.text + name.size, body.size - name.size};
	enum header_key key;

	name = span_trim(name);
	if (find_key(name, &key)) {
		value = (struct span){value.text + 1, value.size - 1};
		return read_key(reader, key, name, span_trim(value));
	}
	if (!*reader->revision->message && body.size)
		return read_message(reader, body, name);
	return refuse_misspelt(reader, name);
}

bool header_read(struct reader *reader, size_t end)
{
	const char *at = reader->text, *stop = reader->text + end;

	if (end >= 3 && !memcmp(at, "\xef\xbb\xbf", 3))
		at += 3;
	while (at < stop) {
		const char *newline = memchr(at, '\n', (size_t)(stop - at));
		struct span line = {at, (size_t)((newline ? newline : stop) - at)};

		if (line.size >= 2 && line.text[0] == '-' && line.text[1] == '-') {
			if (!read_line(reader, line))
				return false;
		} else if (span_trim(line).size) {
			error_set(reader->error, MIGRATE_E_SCRIPT,
				"text before the first section marker");
			error_hint(reader->error,
				"Begin the SQL with a line \"-- migrate:upgrade\" in column 1.");
			return reader_fail(reader, span_trim(line).text);
		}
		at = newline ? newline + 1 : stop;
	}
	return true;
}

bool header_names_revision(const struct reader *reader)
{
	return reader->seen & 1U << KEY_REVISION;
}
