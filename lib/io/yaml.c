/* yaml: builds the tree with a stack of its own, so that depth costs nothing and is bounded. Knows
 * nothing of any key but database_url, whose line it must not quote. Surprising: libyaml takes
 * minutes over 200 kB of `[` in its document API, hence events, a size limit and a depth limit. */
#include "io/yaml.h"

#include <ctype.h>
#include <string.h>
#include <yaml.h>

#include "base/error.h"
#include "base/utf8.h"

struct level {
	struct yaml_node *node, *last;
	const char *key; /* of the entry to come */
	size_t key_index;
};

struct yaml_reader {
	struct arena *arena;
	struct yaml *yaml;
	struct level level[YAML_DEPTH_LIMIT];
	unsigned depth, documents;
	struct migrate_error *error;
};

/* Does the line look like `key: value` or `- value`, without anything of a URL? What else could
 * stand in a configuration is not quoted: it may be the rest of a password. */
static bool may_quote(const char *text, size_t size, size_t offset)
{
	static const char *const telling[] = {
		"@", "://", "database_url", "pass", "secret", "token"};
	const char *end;
	char line[160];
	size_t start = offset, length, key;

	while (start && text[start - 1] != '\n')
		start--;
	end = memchr(text + start, '\n', size - start);
	length = end ? (size_t)(end - text) - start : size - start;
	if (length >= sizeof line)
		return false;
	memcpy(line, text + start, length);
	line[length] = '\0';
	for (size_t i = 0; i < sizeof telling / sizeof *telling; i++)
		if (strcasestr(line, telling[i]))
			return false;
	start = strspn(line, " \t{[");
	if (!strncmp(line + start, "- ", 2))
		return true;
	start += strspn(line + start, "\"'");
	for (key = start; isalnum((unsigned char)line[key]) || line[key] == '_';)
		key++;
	key += key > start ? strspn(line + key, "\"' ") : 0;
	return key > start && line[key] == ':' && strchr(" \t\r", line[key + 1]);
}

static bool error_at_byte(
	const struct yaml *yaml, size_t size, size_t offset, struct migrate_error *error)
{
	error_at_offset(error, yaml->file, yaml->text, size, offset, 1);
	if (!may_quote(yaml->text, yaml->size, offset))
		error->excerpt = NULL;
	return false;
}

static bool error_at_index(const struct yaml *yaml, size_t index, struct migrate_error *error)
{
	return error_at_byte(yaml, yaml->size, utf8_offset(yaml->text, yaml->size, index), error);
}

bool yaml_error_at(
	const struct yaml *yaml, const struct yaml_node *node, struct migrate_error *error)
{
	return error_at_index(yaml, node->index, error);
}

/* The line is cut behind the key: of an unknown one nobody knows what its value is. */
bool yaml_error_at_key(
	const struct yaml *yaml, const struct yaml_node *node, struct migrate_error *error)
{
	size_t offset = utf8_offset(yaml->text, yaml->size, node->key_index);
	size_t end = offset + strlen(node->key);

	if (offset < yaml->size && strchr("\"'", yaml->text[offset]))
		end += 2;
	return error_at_byte(yaml, end < yaml->size ? end : yaml->size, offset, error);
}

static bool fail(struct yaml_reader *reader, size_t index, const char *message, const char *hint)
{
	error_set(reader->error, MIGRATE_E_CONFIG, "%s", message);
	if (hint)
		error_hint(reader->error, "%s", hint);
	return error_at_index(reader->yaml, index, reader->error);
}

static bool fail_syntax(struct yaml_reader *reader, const yaml_parser_t *parser)
{
	const struct yaml *yaml = reader->yaml;
	size_t offset = utf8_offset(yaml->text, yaml->size, parser->problem_mark.index);

	if (parser->error == YAML_READER_ERROR)
		offset = parser->problem_offset;
	error_set(reader->error, MIGRATE_E_CONFIG, "the file is not valid YAML: %s",
		parser->problem ? parser->problem : "out of memory");
	if (offset < yaml->size && yaml->text[offset] == '\t')
		error_hint(reader->error, "Indent with blanks: YAML takes no tabs there.");
	else if (offset < yaml->size && strchr("@`%", yaml->text[offset]))
		error_hint(reader->error, "Put the value in quotes.");
	return error_at_byte(yaml, yaml->size, offset, reader->error);
}

struct yaml_node *yaml_find(const struct yaml_node *map, const char *key)
{
	struct yaml_node *entry = map ? map->first : NULL;

	while (entry && (!entry->key || strcmp(entry->key, key) != 0))
		entry = entry->next;
	return entry;
}

const char *yaml_shown_key(const char *key)
{
	return strlen(key) > 64 || strpbrk(key, ":/@") ? "***" : key;
}

/* Counts as null what YAML's core schema does. */
static enum yaml_kind scalar_kind(const yaml_event_t *event, const char *text)
{
	static const char *const null[] = {"", "~", "null", "Null", "NULL"};

	if (event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return YAML_TEXT;
	for (size_t i = 0; i < sizeof null / sizeof *null; i++)
		if (!strcmp(text, null[i]))
			return YAML_NULL;
	return YAML_TEXT;
}

static bool read_key(
	struct yaml_reader *reader, struct level *level, const char *text, size_t index)
{
	level->key_index = index;
	if (!text)
		return fail(reader, index, "a key is not a word", NULL);
	if (yaml_find(level->node, text)) {
		error_set(reader->error, MIGRATE_E_CONFIG, "the key \"%s\" stands twice",
			yaml_shown_key(text));
		return yaml_error_at_key(reader->yaml,
			&(struct yaml_node){.key = text, .key_index = index}, reader->error);
	}
	level->key = text;
	return true;
}

/* Hangs node into the collection that is open, or makes it that one's next key. */
static bool place(struct yaml_reader *reader, struct yaml_node *node)
{
	struct level *level = reader->depth ? &reader->level[reader->depth - 1] : NULL;

	if (!level) {
		reader->yaml->root = node;
		return true;
	}
	if (level->node->kind == YAML_MAP && !level->key)
		return read_key(reader, level, node->text, node->index);
	if (level->node->count++ == YAML_ENTRY_LIMIT)
		return fail(reader, node->index, "there are too many entries here", NULL);
	node->key = level->key;
	node->key_index = level->key_index;
	level->key = NULL;
	*(level->last ? &level->last->next : &level->node->first) = node;
	level->last = node;
	return true;
}

static bool read_scalar(
	struct yaml_reader *reader, const yaml_event_t *event, struct yaml_node *node)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t size = event->data.scalar.length;

	if (memchr(text, '\0', size))
		return fail(reader, node->index, "a text has a zero byte", NULL);
	node->text = arena_strndup(reader->arena, text, size);
	node->kind = scalar_kind(event, node->text);
	return place(reader, node);
}

static bool open_collection(struct yaml_reader *reader, struct yaml_node *node, enum yaml_kind kind)
{
	node->kind = kind;
	if (reader->depth == YAML_DEPTH_LIMIT)
		return fail(reader, node->index, "the file is nested too deeply", NULL);
	if (!place(reader, node))
		return false;
	reader->level[reader->depth++] = (struct level){.node = node};
	return true;
}

static bool check_plain(
	struct yaml_reader *reader, const void *anchor, const void *tag, size_t index)
{
	if (anchor)
		return fail(reader, index, "anchors (&) are not supported",
			"Put the value in quotes if the & belongs to it.");
	if (tag)
		return fail(reader, index, "tags (!) are not supported",
			"Put the value in quotes if the ! belongs to it.");
	return true;
}

static bool read_document_start(struct yaml_reader *reader, size_t index)
{
	return !reader->documents++ ||
	       fail(reader, index, "the file has a second document", "Remove the second ---.");
}

static bool read_event(struct yaml_reader *reader, const yaml_event_t *event)
{
	size_t index = event->start_mark.index;
	struct yaml_node *node = ARENA_NEW(reader->arena, struct yaml_node);

	node->index = index;
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT: return read_document_start(reader, index);
	case YAML_ALIAS_EVENT:
		return fail(reader, index, "aliases (*) are not supported",
			"Put the value in quotes if the * belongs to it.");
	case YAML_SCALAR_EVENT:
		return check_plain(
			       reader, event->data.scalar.anchor, event->data.scalar.tag, index) &&
		       read_scalar(reader, event, node);
	case YAML_SEQUENCE_START_EVENT:
		return check_plain(reader, event->data.sequence_start.anchor,
			       event->data.sequence_start.tag, index) &&
		       open_collection(reader, node, YAML_LIST);
	case YAML_MAPPING_START_EVENT:
		return check_plain(reader, event->data.mapping_start.anchor,
			       event->data.mapping_start.tag, index) &&
		       open_collection(reader, node, YAML_MAP);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT: reader->depth -= reader->depth > 0; return true;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT: return true;
	}
	return true;
}

static bool read_events(struct yaml_reader *reader, yaml_parser_t *parser)
{
	bool ok = true, end = false;

	while (ok && !end) {
		yaml_event_t event;

		if (!yaml_parser_parse(parser, &event))
			return fail_syntax(reader, parser);
		ok = read_event(reader, &event);
		end = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	return ok;
}

static bool refuse_encoding(struct yaml_reader *reader, size_t offset, const char *message)
{
	error_set(reader->error, MIGRATE_E_CONFIG, "%s", message);
	error_hint(reader->error, "Save it as UTF-8.");
	error_at_offset(reader->error, reader->yaml->file, reader->yaml->text, reader->yaml->size,
		offset, 1);
	reader->error->excerpt = NULL;
	return false;
}

static bool check_encoding(struct yaml_reader *reader)
{
	const char *text = reader->yaml->text, *nul;
	size_t size = reader->yaml->size, invalid = utf8_invalid(text, size);

	if (size >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2)))
		return refuse_encoding(reader, 0, "the file is UTF-16");
	nul = size ? memchr(text, '\0', size) : NULL;
	if (nul)
		return refuse_encoding(reader, (size_t)(nul - text), "the file has a zero byte");
	return invalid == size || refuse_encoding(reader, invalid, "the file is not valid UTF-8");
}

bool yaml_parse(struct arena *arena, const char *file, const char *text, size_t size,
	struct yaml *yaml, struct migrate_error *error)
{
	struct yaml_reader reader = {.arena = arena, .yaml = yaml, .error = error};
	yaml_parser_t parser;
	size_t mark = utf8_mark(text, size);
	bool ok;

	text += mark;
	size -= mark;
	*yaml = (struct yaml){.file = file, .text = text, .size = size};
	if (size > YAML_SIZE_LIMIT)
		return error_set(error, MIGRATE_E_CONFIG,
			"\"%s\" is too large: %zu bytes, the limit is %d", file, size,
			YAML_SIZE_LIMIT);
	if (!check_encoding(&reader))
		return false;
	if (!yaml_parser_initialize(&parser))
		return error_set(error, MIGRATE_E_CONFIG, "out of memory");
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
	ok = read_events(&reader, &parser);
	yaml_parser_delete(&parser);
	return ok;
}
