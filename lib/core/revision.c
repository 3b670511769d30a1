/* revision: one file as a whole. Its header is read by revision_header.c, its sections by
 * revision_section.c. Knows nothing of other files: whether a parent exists is the graph's
 * question, whether the SQL is sound the scanner's. Surprising: a marker counts wherever it stands
 * in column 1, inside a quote too; the open quote is what is reported then. */
#include "core/revision.h"

#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "core/revision_read.h"
#include "core/timestamp.h"

enum { SHOWN_LIMIT = 80 };

bool span_is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r';
}

struct span span_trim(struct span span)
{
	while (span.size && span_is_blank(span.text[0])) {
		span.text++;
		span.size--;
	}
	while (span.size && span_is_blank(span.text[span.size - 1]))
		span.size--;
	return span;
}

bool span_equals(struct span span, const char *text)
{
	return span.size == strlen(text) && !memcmp(span.text, text, span.size);
}

struct span span_word(struct span *rest)
{
	struct span word;

	*rest = span_trim(*rest);
	word = (struct span){rest->text, 0};
	while (word.size < rest->size && !span_is_blank(rest->text[word.size]))
		word.size++;
	rest->text += word.size;
	rest->size -= word.size;
	return word;
}

int span_shown(struct span span)
{
	return (int)(span.size < SHOWN_LIMIT ? span.size : SHOWN_LIMIT);
}

bool reader_fail(struct reader *reader, const char *at)
{
	return error_at_offset(reader->error, reader->file, reader->text, reader->size,
		(size_t)(at - reader->text), 1);
}

static bool is_reserved(struct span word)
{
	static const char *const words[] = {"head", "heads", "base", "current"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (span_equals(word, words[i]))
			return true;
	return false;
}

bool identifier_is_valid(const char *text, size_t size)
{
	if (!size || size > REVISION_ID_LIMIT || is_reserved((struct span){text, size}))
		return false;
	for (size_t i = 0; i < size; i++) {
		char c = text[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '_' || c == '.'))
			return false;
	}
	return true;
}

/* The header's text goes to terminals, JSON and the log; the sections are the scanner's. */
static bool check_encoding(struct reader *reader, size_t end)
{
	size_t stray = utf8_invalid(reader->text, end);
	const char *nul = memchr(reader->text, '\0', stray);

	if (nul) {
		error_set(reader->error, MIGRATE_E_SCRIPT, "the header holds a NUL byte");
		error_hint(reader->error, "Save the file as plain text in UTF-8.");
		return reader_fail(reader, nul);
	}
	if (stray == end)
		return true;
	error_set(reader->error, MIGRATE_E_SCRIPT, "the header is not valid UTF-8");
	error_hint(reader->error, "Save the file in UTF-8.");
	return reader_fail(reader, reader->text + stray);
}

static bool check_whole(struct reader *reader)
{
	const struct revision *revision = reader->revision;
	struct migrate_error *error = reader->error;

	if (!header_names_revision(reader)) {
		error_set(error, MIGRATE_E_SCRIPT, "the header has no \"-- revision:\" line");
		error_hint(error, "Name the revision in a line \"-- revision: ID\" at the top of "
				  "the file; \"migrate revision -m MESSAGE\" writes a whole one.");
		return error_at(error, reader->file, 1, 1);
	}
	if (!revision->upgrade.present) {
		error_set(
			error, MIGRATE_E_SCRIPT, "the file has no \"-- migrate:upgrade\" section");
		error_hint(error, "Put a line \"-- migrate:upgrade\" before the SQL, and "
				  "\"-- migrate:downgrade\" before the SQL that reverts it.");
		return error_at(error, reader->file, 1, 1);
	}
	if (revision->irreversible && revision->downgrade.present) {
		error_set(error, MIGRATE_E_SCRIPT,
			"the revision is irreversible and has a downgrade section");
		error_hint(error, "Remove the \"-- irreversible:\" line or the section.");
		return error_at(error, reader->file, revision->downgrade.line - 1, 1);
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
	revision->message = "";
	revision->created_at = TIMESTAMP_MISSING;
	revision->upgrade.options = revision->downgrade.options = unset;
	first = section_find(&reader, utf8_mark(text, size));
	return check_encoding(&reader, first) && section_refuse_near_markers(&reader) &&
	       header_read(&reader, first) && section_read_all(&reader, first) &&
	       check_whole(&reader);
}
