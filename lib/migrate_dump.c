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

bool project_read_schema(struct migrate *migrate, struct db *db, struct arena *arena,
	struct schema *schema, struct migrate_error *error)
{
	struct schema_builder *builder = schema_builder_open(arena);
	bool good = migrate->driver->read_schema(db, builder, error) &&
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
		if (!project_read_schema(migrate, migrate->db, &migrate->arena, schema, error) ||
			!read_rows(migrate, state, error))
			return false;
		if (names_same(&before.rows, &state->rows))
			return true;
	}
	error_set(error, MIGRATE_E_DATABASE, "the database is being migrated");
	return error_hint(error, "Wait until the run has ended: \"migrate locks\" shows it.");
}

static const char *compare(
	struct migrate *migrate, const struct migrate_dump *dump, const struct str *text)
{
	struct str expected = {0};
	const char *diff;

	str_add_bytes(&expected, dump->expected, dump->expected_size);
	diff = diff_texts(&migrate->arena,
		project_diff_header(migrate, dump->expected_name, "the database"), &expected, text);
	str_release(&expected);
	return diff;
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

bool migrate_dump(struct migrate *migrate, struct migrate_dump *dump, struct migrate_error *error)
{
	struct db_state state;
	struct schema schema;
	struct str text = {0};
	bool good;

	if (!project_connect(migrate, DB_READ, error) || !read_all(migrate, &schema, &state, error))
		return false;
	dump->unsupported = (struct migrate_list){schema.unsupported, schema.unsupported_count};
	project_tell_unsupported(migrate, "not in the dump", &dump->unsupported);
	good = write_all(migrate, &schema, &state, &text, error);
	dump->sql = arena_strndup(&migrate->arena, str_text(&text), text.size);
	dump->size = text.size;
	dump->diff = good && dump->expected ? compare(migrate, dump, &text) : NULL;
	str_release(&text);
	return good;
}
