/* fuzz_revision: any bytes as a revision file; then its sections as scripts. Sections lie inside
 * the file and apart, segments joined are the script, and a checksum does not see line ends. */
#include "core/revision.h"
#include "core/segment.h"
#include "fuzz.h"

static void check_names(const struct names *names)
{
	for (uint32_t i = 0; i < names->count; i++)
		HOLDS(identifier_is_valid(names->item[i], strlen(names->item[i])));
}

static void check_section(const struct section *section, size_t size)
{
	if (!section->present)
		return;
	HOLDS(section->offset <= size && section->size <= size - section->offset);
	HOLDS(section->line > 0);
	HOLDS(section->options.lock_timeout >= DURATION_UNSET);
	HOLDS(section->options.statement_timeout >= DURATION_UNSET);
}

static void check_segments(const struct segments *segments, size_t size)
{
	size_t offset = 0;

	HOLDS(segments->count > 0);
	for (uint32_t i = 0; i < segments->count; i++) {
		const struct segment *segment = &segments->item[i];

		HOLDS(segment->offset == offset && segment->text && segment->begin);
		HOLDS(segment->text[segment->size] == '\0');
		offset += segment->size;
	}
	HOLDS(offset == size);
}

static void cut(
	struct arena *arena, const struct section *section, char *text, enum scan_dialect dialect)
{
	struct segment_source source = {.dialect = dialect,
		.file = "fuzz.sql",
		.sql = text + section->offset,
		.size = section->size,
		.line = section->line,
		.single = section->options.transaction == TOGGLE_OFF};
	struct migrate_error error = {0};
	struct segments segments;
	char end = text[section->offset + section->size];

	text[section->offset + section->size] = '\0';
	if (segment_cut(arena, &source, &segments, &error))
		check_segments(&segments, source.size);
	else
		HOLDS(error.code == MIGRATE_E_SCRIPT && error.line >= section->line &&
			error.column);
	if (error.code)
		check_error(&error);
	migrate_error_clear(&error);
	text[section->offset + section->size] = end;
}

/* As a check-out with other line ends would have it. */
static void check_checksum(const char *text, size_t size)
{
	char *other = malloc(2 * size + 3), one[CHECKSUM_SIZE], two[CHECKSUM_SIZE];
	size_t length = 0;

	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\n')
			other[length++] = '\r';
		other[length++] = text[i];
	}
	memcpy(other + length, "\r\n", 2);
	script_checksum(text, size, one);
	script_checksum(other, length + 2, two);
	HOLDS(!strcmp(one, two) && strlen(one) == CHECKSUM_SIZE - 1);
	free(other);
}

static void check_revision(
	struct arena *arena, const struct revision *revision, char *text, size_t size)
{
	const struct section *sections[] = {&revision->upgrade, &revision->downgrade};

	HOLDS(identifier_is_valid(revision->id, strlen(revision->id)));
	HOLDS(revision->message && revision->upgrade.present);
	HOLDS(!revision->irreversible || !revision->downgrade.present);
	check_names(&revision->parents);
	check_names(&revision->dependencies);
	check_names(&revision->labels);
	for (int i = 0; i < 2; i++) {
		check_section(sections[i], size);
		if (!sections[i]->present)
			continue;
		cut(arena, sections[i], text, SCAN_POSTGRESQL);
		cut(arena, sections[i], text, SCAN_SQLITE);
		check_checksum(text + sections[i]->offset, sections[i]->size);
	}
}

static void parse(const char *data, size_t size)
{
	struct arena arena = {0};
	struct migrate_error error = {0};
	struct revision revision;
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	if (revision_parse(&arena, "fuzz.sql", text, size, &revision, &error)) {
		check_revision(&arena, &revision, text, size);
	} else {
		check_error(&error);
		HOLDS(error.code == MIGRATE_E_SCRIPT && error.file);
	}
	migrate_error_clear(&error);
	arena_release(&arena);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	parse((const char *)data, size);
	if (is_chosen(data, size, 64)) {
		size_t total;
		char *many = repeat((const char *)data, size, &total);
		clock_t begin = clock();

		parse(many, total);
		check_quick(begin);
		free(many);
	}
	return 0;
}
