/* squash_text: a dump of the schema, or the scripts one after another, and the downgrades in the
 * other order. Surprising: downgrades that cannot be joined make the revision irreversible, not the
 * squash fail; upgrades that cannot are refused. */
#include "squash_text.h"

#include <string.h>

#include "base/error.h"
#include "core/definitions.h"
#include "core/revision_write.h"
#include "core/section_join.h"
#include "schema/ddl.h"

static const struct revision *revision_at(const struct squash_text *text, uint32_t index)
{
	return &text->migrate->graph.revision[text->squash->nodes.item[index]];
}

/* -------- Which way -------- */

/* Scripts that a dump says less than, of one revision. */
static bool choose_by(struct squash_text *text, const struct revision *revision,
	struct arena *memory, struct migrate_error *error)
{
	struct migrate *migrate = text->migrate;
	enum scan_dialect dialect = migrate->driver->scan;
	struct scan_statement other;
	struct script script;
	struct str shown = {0};

	if (!source_script(memory, revision, false, &script, error))
		return false;
	if (!definitions_find_other(dialect, script.sql, script.size, &other))
		return true;
	scan_show(dialect, script.sql + other.first, other.last - other.first, 40, &shown);
	text->joined = arena_printf(&migrate->arena,
		"a dump of the schema would lose what %s does: %s", revision->id, str_text(&shown));
	str_release(&shown);
	return true;
}

bool squash_text_choose(struct squash_text *text, bool concat, struct migrate_error *error)
{
	const struct squash *squash = text->squash;
	struct arena memory = {0};
	bool good = true;

	if (concat)
		text->joined = "--concat was given";
	else if (squash->parents.count || squash->dependencies.count)
		text->joined = "there are revisions below it";
	for (uint32_t i = 0; good && !text->joined && i < squash->nodes.count; i++) {
		arena_release(&memory);
		good = choose_by(text, revision_at(text, i), &memory, error);
	}
	arena_release(&memory);
	return good;
}

/* -------- Sections -------- */

static bool read_part(struct squash_text *text, uint32_t index, bool downgrade,
	struct join_part *part, struct migrate_error *error)
{
	const struct revision *revision = revision_at(text, index);
	struct script script;

	if (!source_script(&text->migrate->arena, revision, downgrade, &script, error))
		return false;
	*part = (struct join_part){
		revision->id, revision->message, script.sql, script.size, script.options};
	return true;
}

/* *why: the sections cannot be joined. */
static bool join(struct squash_text *text, bool downgrade, struct str *out, struct section *section,
	const char **why, struct migrate_error *error)
{
	struct arena *arena = &text->migrate->arena;
	uint32_t count = text->squash->nodes.count;
	struct join_part *part = ARENA_ARRAY(arena, count, struct join_part);

	section->present = true;
	for (uint32_t i = 0; i < count; i++)
		if (!read_part(text, downgrade ? count - 1 - i : i, downgrade, &part[i], error))
			return false;
	*why = section_join(
		arena, text->migrate->driver->scan, part, count, out, &section->options);
	return true;
}

static bool write_upgrade(struct squash_text *text, const struct schema *schema, struct str *out,
	struct migrate_error *error)
{
	struct migrate *migrate = text->migrate;
	struct section *section = &text->revision.upgrade;
	const char *why;

	if (!text->joined) {
		section->present = true;
		section->options = (struct section_options){
			.lock_timeout = DURATION_UNSET, .statement_timeout = DURATION_UNSET};
		schema_dump_script(&migrate->arena, schema, migrate->driver->schema, out);
		return true;
	}
	if (!join(text, false, out, section, &why, error))
		return false;
	if (!why)
		return true;
	error_set(error, MIGRATE_E_REFUSED, "the scripts cannot be joined: %s", why);
	error_detail(error, "They are not replaced by a dump: %s.", text->joined);
	return error_hint(error, "Squash up to there, and from there on: \"migrate squash A:B\".");
}

/* One that has no way down, and why; or NULL. */
static const char *find_irreversible(struct squash_text *text)
{
	for (uint32_t i = 0; i < text->squash->nodes.count; i++) {
		const struct revision *revision = revision_at(text, i);

		if (revision->irreversible)
			return arena_printf(&text->migrate->arena, "%s is irreversible: %s",
				revision->id, revision->irreversible);
		if (!revision->downgrade.present)
			return arena_printf(
				&text->migrate->arena, "%s has no downgrade section", revision->id);
	}
	return NULL;
}

static bool write_downgrade(struct squash_text *text, struct str *out, struct migrate_error *error)
{
	struct revision *revision = &text->revision;

	revision->irreversible = find_irreversible(text);
	if (!revision->irreversible &&
		!join(text, true, out, &revision->downgrade, &revision->irreversible, error))
		return false;
	if (revision->irreversible)
		revision->downgrade.present = false;
	return true;
}

/* -------- The file -------- */

static bool same_section(const struct squash_text *text, const struct section *section,
	const struct section *meant, const struct str *sql)
{
	char written[CHECKSUM_SIZE], wanted[CHECKSUM_SIZE];

	if (!section->present || !meant->present)
		return section->present == meant->present;
	script_checksum(text->text.text + section->offset, section->size, written);
	script_checksum(str_text(sql), sql->size, wanted);
	return !strcmp(written, wanted);
}

/* What was written must read as what was meant: a message like "revision: x" would not, nor a
 * marker in the body of a function. */
static bool read_again(struct squash_text *text, const struct str *upgrade,
	const struct str *downgrade, struct migrate_error *error)
{
	struct revision *meant = &text->revision, read;
	struct migrate_error parse = {0};
	bool good = revision_parse(&text->migrate->arena, meant->file, text->text.text,
			    text->text.size, &read, &parse) &&
		    !strcmp(read.id, meant->id) && names_same(&read.parents, &meant->parents) &&
		    names_same(&read.labels, &meant->labels) &&
		    names_same(&read.dependencies, &meant->dependencies) &&
		    names_same(&read.replaces, &meant->replaces) &&
		    same_section(text, &read.upgrade, &meant->upgrade, upgrade) &&
		    same_section(text, &read.downgrade, &meant->downgrade, downgrade);

	if (good) {
		read.text = text->text.text;
		read.text_size = text->text.size;
		*meant = read;
		return true;
	}
	error_set(error, MIGRATE_E_REFUSED, "the new file would not say what it should%s%s",
		parse.message ? ": " : "", parse.message ? parse.message : "");
	migrate_error_clear(&parse);
	return error_hint(error,
		"No line of the message may look like a header line, nor one of a script like a "
		"section's marker.");
}

bool squash_text_write(
	struct squash_text *text, const struct schema *schema, struct migrate_error *error)
{
	struct migrate *migrate = text->migrate;
	struct revision *revision = &text->revision;
	struct str upgrade = {0}, downgrade = {0};
	bool good;

	if (!text->joined && schema->unsupported_count)
		text->joined = arena_printf(&migrate->arena, "a dump of the schema would lose %s",
			schema->unsupported[0]);
	revision->parents = text->squash->parents;
	revision->dependencies = text->squash->dependencies;
	revision->labels = text->squash->labels;
	revision->replaces = text->squash->replaces;
	good = write_upgrade(text, schema, &upgrade, error) &&
	       write_downgrade(text, &downgrade, error);
	if (good) {
		revision_write(&text->text, revision, &upgrade, &downgrade);
		good = read_again(text, &upgrade, &downgrade, error);
	}
	str_release(&upgrade);
	str_release(&downgrade);
	return good;
}

void squash_text_release(struct squash_text *text)
{
	str_release(&text->text);
}
