/* Schemas of database files: SQL loaded into one, read, and written again. Included by
 * test_sqlite_schema*.c after cmocka.h. */
#ifndef SQLITE_SCHEMA_FIXTURE_H
#define SQLITE_SCHEMA_FIXTURE_H

#include "schema/ddl.h"
#include "sqlite_fixture.h"

/* Lets f be about another, empty database. */
static inline void fresh(struct fixture *f)
{
	if (f->db)
		close_db(f);
	if (f->other)
		f->api.close_v2(f->other);
	f->other = NULL;
	unlink(f->path);
	query(f, "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY");
}

/* Runs SQL that must succeed. */
static inline void load(struct fixture *f, const char *sql)
{
	const char *result = query(f, sql);

	if (strstr(result, "error: ")) {
		print_error("%s\n", result);
		fail();
	}
}

static inline struct schema read_schema(struct fixture *f)
{
	struct schema_builder *builder = schema_builder_open(&f->arena);
	struct schema schema;

	if (!f->db)
		open_db(f, DB_READ);
	if (!sqlite_driver.read_schema(f->db, builder, &f->error) ||
		!schema_build(builder, &schema, &f->error))
		fail_with_error(f);
	schema_builder_close(builder);
	return schema;
}

static inline const char *write_schema(struct fixture *f, const struct schema *schema)
{
	struct str out = {0};
	const char *kept;

	schema_dump(&f->arena, schema, sqlite_driver.schema, &out);
	kept = arena_strdup(&f->arena, str_text(&out));
	str_release(&out);
	return kept;
}

/* Every object with its properties, a line each; and what is not supported. */
static inline const char *show_schema(struct fixture *f, const struct schema *schema)
{
	struct str out = {0};
	const char *kept;

	for (uint32_t i = 0; i < schema->count; i++) {
		const struct schema_object *object = &schema->object[i];

		str_add(&out, schema_describe(&f->arena, schema, i));
		for (uint32_t k = 0; k < object->property_count; k++)
			str_printf(&out, "; %s: %s", object->property[k].name,
				object->property[k].text);
		str_add_char(&out, '\n');
	}
	for (uint32_t i = 0; i < schema->unsupported_count; i++)
		str_printf(&out, "unsupported %s\n", schema->unsupported[i]);
	kept = arena_strdup(&f->arena, str_text(&out));
	str_release(&out);
	return kept;
}

static inline void assert_same_text(const char *left, const char *right)
{
	size_t at = 0, line;

	if (!strcmp(left, right))
		return;
	while (left[at] == right[at])
		at++;
	for (line = at; line && at - line < 60 && left[line - 1] != '\n'; line--)
		continue;
	print_error("differs at: %.400s\n--- from: %.400s\n", left + line, right + line);
	fail();
}

/* What this SQL makes, written; and that, loaded and written again, is the same, model and text. */
static inline const char *round_trip(struct fixture *f, const char *sql)
{
	struct schema first, second;
	const char *text;

	fresh(f);
	load(f, sql);
	first = read_schema(f);
	text = write_schema(f, &first);
	fresh(f);
	load(f, text);
	second = read_schema(f);
	assert_same_text(text, write_schema(f, &second));
	assert_same_text(show_schema(f, &first), show_schema(f, &second));
	return text;
}

#endif
