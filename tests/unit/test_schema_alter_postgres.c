/* What is written to make one PostgreSQL schema out of another, where no server is asked: remarks,
 * what is destroyed, what cannot be written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "schema/alter.h"

struct fixture {
	struct arena arena;
	struct schema_builder *builder;
	struct schema old, new;
	struct str sql;
	struct schema_alteration alteration;
	struct migrate_error error;
};

static void add(struct fixture *f, enum schema_kind kind, const char *name, const char *owner)
{
	schema_add(f->builder,
		&(struct schema_entry){.kind = kind, .id = name, .name = name, .owner = owner});
}

static void with(struct fixture *f, const char *property, const char *text)
{
	schema_add_property(f->builder, property, text);
}

static void begin(struct fixture *f)
{
	f->builder = schema_builder_open(&f->arena);
}

static void end(struct fixture *f, struct schema *schema)
{
	assert_true(schema_build(f->builder, schema, &f->error));
	schema_builder_close(f->builder);
}

/* A table with one column. */
static void one(struct fixture *f, struct schema *schema, const char *type, const char *partition)
{
	begin(f);
	add(f, SCHEMA_TABLE, "s.t", NULL);
	with(f, "partition by", partition);
	add(f, SCHEMA_COLUMN, "c", "s.t");
	with(f, "type", type);
	end(f, schema);
}

static const char *altered(struct fixture *f)
{
	struct schema_changes changes;

	f->alteration.out = &f->sql;
	schema_compare(&f->arena, &f->old, &f->new, &changes);
	schema_alter(&f->arena, &changes, &schema_postgres, &f->alteration);
	return str_text(&f->sql);
}

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct fixture));
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	str_release(&f->sql);
	migrate_error_clear(&f->error);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static void the_same_schema_needs_no_statement(void **state)
{
	struct fixture *f = *state;

	one(f, &f->old, "integer", NULL);
	one(f, &f->new, "integer", NULL);
	assert_string_equal(altered(f), "");
}

static void how_a_table_is_partitioned_is_not_altered(void **state)
{
	struct fixture *f = *state;

	one(f, &f->old, "integer", "RANGE (c)");
	one(f, &f->new, "integer", "LIST (c)");
	assert_string_equal(altered(f),
		"-- not written: table s.t: how it is partitioned cannot be altered; make another "
		"table and move the rows\n");
	assert_int_equal(f->alteration.impossible.count, 1);
}

static void the_type_of_a_partition_key_is_not_altered(void **state)
{
	struct fixture *f = *state;

	one(f, &f->old, "integer", "RANGE (c)");
	one(f, &f->new, "bigint", "RANGE (c)");
	assert_string_equal(altered(f), "-- not written: column s.t.c: the type of a partition key "
					"cannot be altered\n");
}

static void a_cast_is_written_where_none_is_made_by_itself(void **state)
{
	static const struct {
		const char *from, *to, *sql;
	} cast[] = {{"text", "character varying(3)", "character varying(3)"},
		{"text", "integer", "integer USING c::integer"}, {"integer", "text", "text"},
		{"boolean", "integer", "integer USING c::integer"},
		{"uuid", "integer", "integer USING c::text::integer"},
		{"text[]", "integer[]", "integer[] USING c::integer[]"},
		{"bigint", "integer", "integer"}, {"jsonb", "json", "json"},
		{"integer", "integer[]", "integer[] USING c::text::integer[]"}};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof cast / sizeof *cast; i++) {
		const char *statement = arena_printf(
			&f->arena, "ALTER TABLE s.t ALTER COLUMN c TYPE %s;\n", cast[i].sql);

		one(f, &f->old, cast[i].from, NULL);
		one(f, &f->new, cast[i].to, NULL);
		str_clear(&f->sql);
		if (!strstr(altered(f), statement))
			fail_msg("%s is not in %s", statement, str_text(&f->sql));
	}
}

static void what_a_cast_leaves_away_is_told(void **state)
{
	static const struct {
		const char *from, *to, *lost;
	} cast[] = {{"numeric(5,2)", "numeric(5,1)", "fractions of column s.t.c"},
		{"numeric", "integer", "fractions of column s.t.c"},
		{"double precision", "real", "digits of column s.t.c"},
		{"bigint", "double precision", "digits of column s.t.c"},
		{"timestamp(6) without time zone", "timestamp(0) without time zone",
			"fractions of seconds of column s.t.c"},
		{"timestamp with time zone", "date", "times of day of column s.t.c"},
		{"integer", "bigint", NULL}, {"integer", "smallint", NULL},
		{"integer", "double precision", NULL}, {"numeric(5,1)", "numeric(5,2)", NULL}};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof cast / sizeof *cast; i++) {
		one(f, &f->old, cast[i].from, NULL);
		one(f, &f->new, cast[i].to, NULL);
		altered(f);
		assert_int_equal(f->alteration.destroys.count, cast[i].lost != NULL);
		if (cast[i].lost)
			assert_string_equal(f->alteration.destroys.item[0], cast[i].lost);
	}
}

static void a_remark_stays_on_its_line(void **state)
{
	struct fixture *f = *state;

	begin(f);
	add(f, SCHEMA_TABLE, "s.\"a\nDROP TABLE s.b; --\"", NULL);
	end(f, &f->old);
	begin(f);
	end(f, &f->new);
	assert_string_equal(altered(f), "-- destroys: table s.\"a DROP TABLE s.b; --\"\n"
					"DROP TABLE s.\"a\nDROP TABLE s.b; --\";\n");
}

static void a_column_that_must_have_a_value_is_filled_in_between(void **state)
{
	struct fixture *f = *state;

	begin(f);
	add(f, SCHEMA_TABLE, "s.t", NULL);
	end(f, &f->old);
	begin(f);
	add(f, SCHEMA_TABLE, "s.t", NULL);
	add(f, SCHEMA_COLUMN, "c", "s.t");
	with(f, "type", "text");
	with(f, "not null", "yes");
	end(f, &f->new);
	assert_string_equal(altered(f),
		"ALTER TABLE s.t ADD COLUMN c text;\n"
		"-- fails where table s.t has rows: column s.t.c is NOT NULL and has no "
		"DEFAULT\n"
		"-- fill it in here\n"
		"ALTER TABLE s.t ALTER COLUMN c SET NOT NULL;\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_same_schema_needs_no_statement),
		TEST(how_a_table_is_partitioned_is_not_altered),
		TEST(the_type_of_a_partition_key_is_not_altered),
		TEST(a_cast_is_written_where_none_is_made_by_itself),
		TEST(what_a_cast_leaves_away_is_told),
		TEST(a_remark_stays_on_its_line),
		TEST(a_column_that_must_have_a_value_is_filled_in_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
