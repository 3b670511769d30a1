/* migrate_dump: the database's schema as SQL, and how it differs from one in a file. Reading only;
 * the scripts are not looked at. Surprising: the rows are read before and after the catalogue, and
 * all of it again where a run came between, because the rows say which schema this is. */
#include <string.h>

#include "base/error.h"
#include "core/diff.h"
#include "db/db.h"
#include "project.h"
#include "schema/ddl.h"

enum { TRIES = 5 };

static bool read_rows(struct migrate *migrate, struct db_state *state, struct migrate_error *error)
{
	return migrate->driver->read(migrate->db, &migrate->arena, false, state, error);
}

static bool read_schema(struct migrate *migrate, struct schema *schema, struct migrate_error *error)
{
	struct schema_builder *builder = schema_builder_open(&migrate->arena);
	bool good = migrate->driver->read_schema(migrate->db, builder, error) &&
		    schema_build(builder, schema, error);

	schema_builder_close(builder);
	return good;
}

static bool read_all(struct migrate *migrate, struct schema *schema, struct db_state *state,
	struct migrate_error *error)
{
	struct db_state before;

	if (!read_rows(migrate, state, error))
		return false;
	for (int i = 0; i < TRIES; i++) {
		before = *state;
		if (!read_schema(migrate, schema, error) || !read_rows(migrate, state, error))
			return false;
		if (names_same(&before.rows, &state->rows))
			return true;
	}
	error_set(error, MIGRATE_E_DATABASE, "the database is being migrated");
	return error_hint(error, "Wait until the run has ended: \"migrate locks\" shows it.");
}

static const char *compare(struct migrate *migrate, const struct migrate_dump *dump)
{
	struct arena scratch = {0};
	struct diff_text old = diff_lines(&scratch, dump->expected, dump->expected_size, 1);
	struct diff_text new = diff_lines(&scratch, dump->sql, dump->size, 1);
	struct str text = {0}, name = {0};
	const char *kept = NULL;
	struct diff diff;

	diff_find(&scratch, &old, &new, &diff);
	if (diff.count) {
		str_add_visible(&name, dump->expected_name, strlen(dump->expected_name));
		str_printf(&text, "--- %s\n+++ the database\n", str_text(&name));
		diff_unified(&text, &old, &new, &diff);
		kept = arena_strdup(&migrate->arena, str_text(&text));
	}
	str_release(&text);
	str_release(&name);
	arena_release(&scratch);
	return kept;
}

static bool write_all(struct migrate *migrate, const struct schema *schema,
	const struct db_state *state, struct str *text, struct migrate_error *error)
{
	struct db_settings settings;

	if (!project_settings(migrate, DB_READ, &settings, error))
		return false;
	schema_dump(&migrate->arena, schema, migrate->driver->schema, text);
	if (!state->has_version_table)
		return true;
	if (text->size)
		str_add_char(text, '\n');
	migrate->driver->script_rows(&settings, &state->rows, text);
	return true;
}

static void warn(struct migrate *migrate, const struct schema *schema)
{
	for (uint32_t i = 0; i < schema->unsupported_count; i++)
		project_emit(migrate, MIGRATE_WARNING,
			arena_printf(
				&migrate->arena, "not in the dump: %s", schema->unsupported[i]));
}

bool migrate_dump(struct migrate *migrate, struct migrate_dump *dump, struct migrate_error *error)
{
	struct db_state state;
	struct schema schema;
	struct str text = {0};
	bool good;

	if (!project_connect(migrate, DB_READ, error) || !read_all(migrate, &schema, &state, error))
		return false;
	warn(migrate, &schema);
	good = write_all(migrate, &schema, &state, &text, error);
	dump->sql = arena_strndup(&migrate->arena, str_text(&text), text.size);
	dump->size = text.size;
	dump->unsupported = (struct migrate_list){schema.unsupported, schema.unsupported_count};
	dump->diff = good && dump->expected ? compare(migrate, dump) : NULL;
	str_release(&text);
	return good;
}
