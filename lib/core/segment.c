/* segment: cutting. Surprising: BEGIN and COMMIT are blanked, not removed, so that the server's
 * positions are the file's. */
#include "core/segment.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "core/enum_use.h"

struct cutter {
	struct arena *arena;
	const struct segment_source *source;
	struct segments *segments;
	struct migrate_error *error;
	uint32_t capacity;
	char *text; /* a copy of the script, pairs blanked */
	bool open;  /* the last segment takes more statements */
	bool in_pair;
	size_t pair_at;       /* of the BEGIN that is open */
	uint32_t pairs, edge; /* edge: the next one */
	bool alters_types;    /* a statement begins ALTER TYPE */
};

static bool fail_at(struct cutter *cutter, size_t offset)
{
	const struct segment_source *source = cutter->source;

	return error_at_offset(
		cutter->error, source->file, source->sql, source->size, offset, source->line);
}

static const char *problem_hint(enum scan_problem problem)
{
	switch (problem) {
	case SCAN_OK: return NULL;
	case SCAN_NUL: return "Remove the NUL byte: client libraries stop reading there.";
	case SCAN_BAD_UTF8: return "Save the file as UTF-8.";
	case SCAN_OPEN_QUOTE:
	case SCAN_OPEN_IDENTIFIER:
	case SCAN_OPEN_COMMENT:
	case SCAN_OPEN_DOLLAR:
	case SCAN_OPEN_PARENTHESIS:
	case SCAN_OPEN_BODY:
		return "It must end inside its section; a line that starts with \"-- migrate:\" "
		       "ends "
		       "a section wherever it stands.";
	case SCAN_OPEN_COPY:
		return "End the data with a line that holds only \\. (backslash, dot).";
	case SCAN_COPY_LINE: return "Begin the data on the line after the semicolon.";
	case SCAN_PSQL_COMMAND:
		return "Scripts are SQL: remove psql's own commands, or the line if it is "
		       "\\restrict.";
	}
	return NULL;
}

static bool fail_problem(struct cutter *cutter, const struct scanner *scanner)
{
	error_set(cutter->error, MIGRATE_E_SCRIPT, "%s", scan_problem_text(scanner->problem));
	error_hint(cutter->error, "%s", problem_hint(scanner->problem));
	return fail_at(cutter, scanner->problem_at);
}

static bool fail_control(struct cutter *cutter, size_t offset, const char *what)
{
	error_set(cutter->error, MIGRATE_E_SCRIPT,
		"%s would end the transaction that the revision runs in", what);
	error_hint(cutter->error,
		"Remove it: the script, its version row and its log record are one "
		"transaction already.");
	return fail_at(cutter, offset);
}

static bool fail_pair(struct cutter *cutter, size_t offset, const char *message, const char *hint)
{
	error_set(cutter->error, MIGRATE_E_SCRIPT, "%s", message);
	error_hint(cutter->error, "%s", hint);
	return fail_at(cutter, offset);
}

static void blank(struct cutter *cutter, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (cutter->text[i] != '\n' && cutter->text[i] != '\r')
			cutter->text[i] = ' ';
}

static struct segment *add_segment(struct cutter *cutter, size_t offset)
{
	struct segments *segments = cutter->segments;

	ARENA_GROW(cutter->arena, segments->item, segments->count, cutter->capacity);
	segments->item[segments->count] = (struct segment){.offset = offset, .begin = ""};
	return &segments->item[segments->count++];
}

/* What stands behind BEGIN [WORK|TRANSACTION] or START TRANSACTION, up to the semicolon. */
static const char *begin_modes(struct cutter *cutter, const struct scan_statement *statement)
{
	static const char *const words[] = {
		"begin", "start", "work", "transaction", "immediate", "deferred", "exclusive"};
	const char *at = cutter->source->sql + statement->first;
	const char *end = cutter->source->sql + statement->last;
	bool found = true;

	while (found) {
		size_t size = 0;

		while (at + size < end && isalpha((unsigned char)at[size]))
			size++;
		found = false;
		for (size_t i = 0; size && i < sizeof words / sizeof *words; i++)
			found |= size == strlen(words[i]) && !strncasecmp(at, words[i], size);
		if (!found)
			break;
		for (at += size; at < end && isspace((unsigned char)*at);)
			at++;
	}
	return arena_strndup(cutter->arena, at, (size_t)(end - at));
}

static bool open_pair(struct cutter *cutter, const struct scan_statement *statement)
{
	struct segment *segment;

	if (cutter->in_pair)
		return fail_pair(cutter, statement->first,
			"BEGIN inside a transaction that the script has begun",
			"Transactions do not nest: remove it, or end the first one before.");
	segment = add_segment(cutter, statement->offset);
	segment->paired = true;
	segment->begin = begin_modes(cutter, statement);
	cutter->in_pair = cutter->open = true;
	cutter->pair_at = statement->first;
	cutter->pairs++;
	blank(cutter, statement->first, statement->offset + statement->size);
	return true;
}

static bool close_pair(struct cutter *cutter, const struct scan_statement *statement)
{
	if (!cutter->in_pair)
		return fail_control(cutter, statement->first, "COMMIT");
	blank(cutter, statement->first, statement->offset + statement->size);
	cutter->in_pair = cutter->open = false;
	return true;
}

static size_t skip_word(const char *text, size_t size, const char *word)
{
	size_t length = strlen(word);

	if (size < length || strncasecmp(text, word, length) ||
		(size > length && (isalnum((unsigned char)text[length]) || text[length] == '_')))
		return 0;
	while (length < size && isspace((unsigned char)text[length]))
		length++;
	return length;
}

/* SQLite runs ATTACH even inside a transaction; but then a script writes to another file, which the
 * version row does not cover. */
static bool attaches(const struct cutter *cutter, const struct scan_statement *statement)
{
	const char *text = cutter->source->sql + statement->first;
	size_t size = statement->last - statement->first;

	return cutter->source->dialect == SCAN_SQLITE && !cutter->source->single &&
	       (skip_word(text, size, "attach") || skip_word(text, size, "detach"));
}

/* Does the server refuse it inside a transaction, as far as is known? */
static bool is_refused(const struct cutter *cutter, const struct scan_statement *statement)
{
	for (uint32_t i = 0; i < cutter->source->learnt_count; i++)
		if (cutter->source->learnt[i] == statement->first)
			return true;
	return statement->outside_transaction;
}

static bool begins_at_edge(struct cutter *cutter, const struct scan_statement *statement)
{
	const struct segment_source *source = cutter->source;

	while (cutter->edge < source->edge_count && source->edge[cutter->edge] < statement->offset)
		cutter->edge++;
	return cutter->edge < source->edge_count && source->edge[cutter->edge] == statement->offset;
}

static bool alters_type(const struct cutter *cutter, const struct scan_statement *statement)
{
	const char *text = cutter->source->sql + statement->first;
	size_t size = statement->last - statement->first, alter = skip_word(text, size, "alter");

	return cutter->source->dialect == SCAN_POSTGRESQL && alter &&
	       skip_word(text + alter, size - alter, "type");
}

static bool add_statement(struct cutter *cutter, const struct scan_statement *statement)
{
	cutter->alters_types |= alters_type(cutter, statement);
	if (attaches(cutter, statement))
		return fail_pair(cutter, statement->first,
			"ATTACH and DETACH are refused: the version table covers one database file",
			"Migrate each file by itself; or write transaction=off in the section's "
			"marker, where no transaction covers more than a statement.");
	if (cutter->in_pair && is_refused(cutter, statement))
		return fail_pair(cutter, statement->first,
			"the statement cannot run inside a transaction",
			"Move it out of the script's BEGIN ... COMMIT.");
	if (cutter->in_pair)
		return true;
	if (begins_at_edge(cutter, statement))
		cutter->open = false;
	if (cutter->source->single || is_refused(cutter, statement)) {
		add_segment(cutter, statement->offset)->outside = true;
		cutter->open = false;
	} else if (!cutter->open) {
		add_segment(cutter, statement->offset);
		cutter->open = true;
	}
	return true;
}

static void note_setting(struct cutter *cutter, const struct scan_statement *statement)
{
	const struct segment_source *source = cutter->source;
	const char *text = source->sql + statement->first;
	size_t size = statement->last - statement->first;

	if (source->dialect == SCAN_POSTGRESQL && !cutter->segments->setting &&
		skip_word(text, size, "set") && segment_is_setting(source->dialect, text, size))
		cutter->segments->setting = statement->first + 1;
}

static bool take_statement(struct cutter *cutter, const struct scan_statement *statement)
{
	if (statement->command == SCAN_OTHER)
		note_setting(cutter, statement);
	switch (statement->command) {
	case SCAN_EMPTY: return true;
	case SCAN_BEGIN: return open_pair(cutter, statement);
	case SCAN_COMMIT: return close_pair(cutter, statement);
	case SCAN_COMMIT_CHAIN: return fail_control(cutter, statement->first, "COMMIT AND CHAIN");
	case SCAN_ROLLBACK: return fail_control(cutter, statement->first, "ROLLBACK");
	case SCAN_PREPARE_TRANSACTION:
		return fail_control(cutter, statement->first, "PREPARE TRANSACTION");
	case SCAN_SAVEPOINT:
	case SCAN_SET_TRANSACTION:
	case SCAN_RESET_ALL:
	case SCAN_COPY_STDIN:
	case SCAN_OTHER: return add_statement(cutter, statement);
	}
	return true;
}

/* Each segment reaches to where the next begins; blanks before the first belong to it. */
static void finish(struct cutter *cutter)
{
	struct segments *segments = cutter->segments;

	if (!segments->count)
		add_segment(cutter, 0);
	segments->item[0].offset = 0;
	for (uint32_t i = 0; i < segments->count; i++) {
		struct segment *segment = &segments->item[i];
		size_t end = i + 1 < segments->count ? segment[1].offset : cutter->source->size;

		segment->size = end - segment->offset;
		segment->text = segments->count == 1
					? cutter->text
					: arena_strndup(cutter->arena,
						  cutter->text + segment->offset, segment->size);
	}
	segments->has_pairs = cutter->pairs && segments->count > 1;
}

static bool fail_enum(
	struct cutter *cutter, const struct segment *segment, const struct enum_use *use)
{
	const struct segment_source *source = cutter->source;
	size_t line = source->line;

	for (size_t i = 0; i < segment->offset + use->added; i++)
		line += source->sql[i] == '\n';
	error_set(cutter->error, MIGRATE_E_SCRIPT,
		"unsafe use of new value \"%.*s\" of enum type %.*s", (int)use->size - 2,
		segment->text + use->at + 1, (int)use->type_size, segment->text + use->type_at);
	error_detail(cutter->error, "It is added in line %zu, by the same transaction.", line);
	error_hint(cutter->error, ENUM_USE_HINT);
	return fail_at(cutter, segment->offset + use->at);
}

/* What the server would refuse half way (55P04) is refused before anything runs. Where scripts
 * before this one may have made the type in the same transaction, the server's version decides. */
static bool check_enums(struct cutter *cutter)
{
	bool sure = cutter->alters_types && !cutter->source->together;

	for (uint32_t i = 0; sure && i < cutter->segments->count; i++) {
		const struct segment *segment = &cutter->segments->item[i];
		struct enum_use use;

		if (!segment->outside && enum_use_find(segment->text, segment->size, &use))
			return fail_enum(cutter, segment, &use);
	}
	return true;
}

bool segment_cut(struct arena *arena, const struct segment_source *source,
	struct segments *segments, struct migrate_error *error)
{
	struct cutter cutter = {
		.arena = arena, .source = source, .segments = segments, .error = error};
	struct scan_statement statement;
	struct scanner scanner;

	memset(segments, 0, sizeof *segments);
	cutter.text = arena_strndup(arena, source->sql, source->size);
	scan_begin(&scanner, source->dialect, source->sql, source->size);
	while (scan_next(&scanner, &statement))
		if (!take_statement(&cutter, &statement))
			return false;
	if (scanner.problem != SCAN_OK)
		return fail_problem(&cutter, &scanner);
	if (cutter.in_pair)
		return fail_pair(&cutter, cutter.pair_at, "BEGIN without its COMMIT",
			"Remove it: each revision runs in a transaction already.");
	finish(&cutter);
	return check_enums(&cutter);
}
