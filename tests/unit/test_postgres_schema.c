/* The schema of a PostgreSQL database, read, written as SQL, loaded and read again: MIGRATE_TEST_PG
 * is the URL of a database beside which others may be made, as a superuser. Without it everything
 * is skipped, and says so. The strictest judge is pg_dump, which sees what our reader never saw. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/str.h"
#include "db/postgres.h"
#include "schema/ddl.h"

#define CORPUS "tests/corpus/schema/postgresql"

/* Two databases beside that of MIGRATE_TEST_PG: the original, and what is made from its dump. */
struct fixture {
	struct arena arena;
	const char *base; /* URL without its database */
	const char *name; /* of MIGRATE_TEST_PG's */
	char folder[64];
	struct schema schema;
	struct migrate_error error;
};

static const char *database(struct fixture *f, const char *which)
{
	return arena_printf(&f->arena, "%s_%s", f->name, which);
}

static const char *url_of(struct fixture *f, const char *which)
{
	return arena_printf(&f->arena, "%s/%s", f->base, database(f, which));
}

static const char *content(struct fixture *f, const char *path)
{
	FILE *file = fopen(path, "r");
	struct str text = {0};
	char part[8192];
	const char *copy;
	size_t size;

	assert_non_null(file);
	while ((size = fread(part, 1, sizeof part, file)))
		str_add_bytes(&text, part, size);
	fclose(file);
	copy = arena_strdup(&f->arena, str_text(&text));
	str_release(&text);
	return copy;
}

/* Runs a shell's command, shows what it said where it failed, and returns it. */
static const char *run(struct fixture *f, const char *command)
{
	const char *log = arena_printf(&f->arena, "%s/log", f->folder);
	int status = system(arena_printf(&f->arena, "%s >%s 2>&1", command, log));
	const char *said = content(f, log);

	if (status)
		fail_msg("%s\n%s", command, said);
	return said;
}

static void make(struct fixture *f, const char *which)
{
	const char *name = database(f, which);

	run(f, arena_printf(&f->arena,
		       "psql -Xq -d '%s' -c 'DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)'"
		       " -c 'CREATE DATABASE \"%s\"'",
		       getenv("MIGRATE_TEST_PG"), name, name));
}

static void load_file(struct fixture *f, const char *which, const char *path)
{
	run(f, arena_printf(&f->arena, "psql -Xq -v ON_ERROR_STOP=1 -1 -d '%s' -f '%s'",
		       url_of(f, which), path));
}

static void load(struct fixture *f, const char *which, const char *sql)
{
	const char *path = arena_printf(&f->arena, "%s/sql", f->folder);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(sql, file);
	fclose(file);
	load_file(f, which, path);
}

static void need(struct fixture *f, bool good)
{
	if (!good)
		fail_msg("%s: %s (%s)", migrate_error_slug(f->error.code), f->error.message,
			f->error.detail ? f->error.detail : "");
}

static void open_on(struct fixture *f, const char *which, enum db_access access, struct db **db)
{
	struct url *url = ARENA_NEW(&f->arena, struct url);
	struct db_settings settings = {.url = url,
		.version_table = "migrate_version",
		.access = access,
		.tool = "migrate test",
		.user = "tester@here",
		.interrupt_fd = -1};

	need(f, url_parse(&f->arena, url_of(f, which), url, &f->error));
	need(f, postgres_driver.open(&settings, db, &f->error));
}

/* The schema of a database into f->schema, and its text. */
static const char *dump(struct fixture *f, const char *which)
{
	struct schema_builder *builder = schema_builder_open(&f->arena);
	struct str out = {0};
	const char *text;
	struct db *db;

	open_on(f, which, DB_READ, &db);
	need(f, postgres_driver.read_schema(db, builder, &f->error));
	postgres_driver.close(db);
	need(f, schema_build(builder, &f->schema, &f->error));
	schema_builder_close(builder);
	schema_dump(&f->arena, &f->schema, postgres_driver.schema, &out);
	text = arena_strdup(&f->arena, str_text(&out));
	str_release(&out);
	return text;
}

static void assert_same(const char *what, const char *left, const char *right)
{
	size_t at = 0;

	while (left[at] && left[at] == right[at])
		at++;
	if (left[at] == right[at])
		return;
	while (at && left[at - 1] != '\n')
		at--;
	fail_msg("%s: they differ from here:\n%.300s\n----\n%.300s", what, left + at, right + at);
}

/* Without the random words that newer versions put around a dump. */
static const char *server_dump(struct fixture *f, const char *which)
{
	return run(f, arena_printf(&f->arena,
			      "pg_dump --schema-only --no-owner -d '%s' |"
			      " grep -vE '^.(un)?restrict '",
			      url_of(f, which)));
}

/* The dump of a database that SQL made, which made the same once more. */
static const char *copied(struct fixture *f, const char *what)
{
	const char *first = dump(f, "a");

	make(f, "b");
	load(f, "b", first);
	assert_same(what, first, dump(f, "b"));
	return first;
}

static const char *round_trip(struct fixture *f, const char *sql)
{
	make(f, "a");
	load(f, "a", sql);
	return copied(f, sql);
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("missing is:\n%s\n---- in:\n%s", part, text);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	char *base = arena_strdup(&f->arena, getenv("MIGRATE_TEST_PG"));
	char *slash = strrchr(base, '/');

	*state = f;
	*slash = '\0';
	f->base = base;
	f->name = slash + 1;
	snprintf(f->folder, sizeof f->folder, "/tmp/migrate-schema-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	migrate_error_clear(&f->error);
	run(f, arena_printf(&f->arena,
		       "psql -Xq -d '%s' -c 'DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)'"
		       " -c 'DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)'",
		       getenv("MIGRATE_TEST_PG"), database(f, "a"), database(f, "b")));
	assert_int_equal(system(arena_printf(&f->arena, "rm -r %s", f->folder)), 0);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static void every_sample_has_a_copy_that_pg_dump_cannot_tell_apart(void **state)
{
	struct fixture *f = *state;
	glob_t files;

	assert_int_equal(glob(CORPUS "/*.sql", 0, NULL, &files), 0);
	assert_true(files.gl_pathc >= 6);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		const char *path = files.gl_pathv[i];

		make(f, "a");
		load_file(f, "a", path);
		copied(f, path);
		assert_same(path, server_dump(f, "a"), server_dump(f, "b"));
		if (f->schema.unsupported_count)
			fail_msg("%s: %s", path, f->schema.unsupported[0]);
	}
	globfree(&files);
}

static void a_dump_does_not_tell_in_which_order_things_were_made(void **state)
{
	struct fixture *f = *state;
	const char *first = round_trip(f,
		"CREATE SCHEMA s; CREATE TABLE s.b (x int, y int); CREATE TABLE s.a (x int);"
		" CREATE INDEX j ON s.b (x); CREATE INDEX i ON s.b (y);"
		" CREATE VIEW s.w AS SELECT x FROM s.a; CREATE VIEW s.v AS SELECT x FROM s.w;"
		" GRANT SELECT ON s.a TO PUBLIC; COMMENT ON INDEX s.j IS 'j';");

	assert_same("the order", first,
		round_trip(f, "CREATE TABLE public.a (x int); COMMENT ON TABLE public.a IS 'a';"
			      " CREATE TABLE public.b (x int, y int);"
			      " CREATE VIEW public.w AS SELECT x FROM public.a;"
			      " CREATE VIEW public.v AS SELECT x FROM public.w;"
			      " CREATE INDEX i ON public.b (y); CREATE INDEX j ON public.b (x);"
			      " COMMENT ON INDEX public.j IS 'j'; CREATE SCHEMA s;"
			      " GRANT SELECT ON public.a TO PUBLIC;"
			      " COMMENT ON TABLE public.a IS NULL;"
			      " ALTER VIEW public.v SET SCHEMA s; ALTER VIEW public.w SET SCHEMA s;"
			      " ALTER TABLE public.b SET SCHEMA s;"
			      " ALTER TABLE public.a SET SCHEMA s;"));
}

/* The server keeps the two differently, until it reads them again. */
static void a_list_of_varchar_is_written_as_its_copy_writes_it(void **state)
{
	struct fixture *f = *state;
	const char *text = round_trip(f,
		"CREATE TABLE public.t (s varchar(9) CHECK (s IN ('a', 'it''s', 'c]'))," //
		" n bigint CHECK (n NOT IN (1, 2)),"
		" o varchar DEFAULT CASE WHEN 'x'::varchar IN ('a', 'b') THEN 'y' END);"
		"CREATE VIEW public.v AS SELECT * FROM public.t WHERE s IN ('a', 'b');"
		"CREATE INDEX i ON public.t (s) WHERE s IN ('a', 'b');"
		"ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;"
		"CREATE POLICY p ON public.t USING (s IN ('a', 'b'));"
		"CREATE FUNCTION public.f(v varchar) RETURNS boolean LANGUAGE sql"
		" RETURN v IN ('a', 'b');"
		"CREATE RULE r AS ON INSERT TO public.t WHERE NEW.s IN ('a', 'b') DO NOTHING;");

	assert_has(text, "CHECK (((s)::text = ANY (ARRAY[('a'::character varying)::text, "
			 "('it''s'::character varying)::text, ('c]'::character varying)::text])))");
}

/* pg_dump breaks the circle where the oldest of the two is. */
static void views_that_need_each_other_get_a_stand_in(void **state)
{
	struct fixture *f = *state;

	assert_has(round_trip(f, "CREATE VIEW public.one AS SELECT 1 AS x;"
				 "CREATE VIEW public.two AS SELECT x FROM public.one;"
				 "CREATE OR REPLACE VIEW public.one AS"
				 " SELECT (SELECT max(x) FROM public.two) AS x;"
				 "COMMENT ON VIEW public.two IS 'real'"),
		"CREATE VIEW public.two AS SELECT * FROM pg_catalog.json_to_record('{}')"
		" AS x(x integer);\nCREATE VIEW public.one AS\n");
}

static void privileges_are_written_where_they_differ_from_the_usual(void **state)
{
	struct fixture *f = *state;
	const char *text = round_trip(f,
		"CREATE TABLE public.t (a int, b int); GRANT SELECT, INSERT ON public.t TO PUBLIC;"
		" CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
		" REVOKE ALL ON FUNCTION public.f() FROM PUBLIC;"
		" REVOKE DELETE ON public.t FROM CURRENT_USER;"
		" GRANT SELECT (b), UPDATE (b) ON public.t TO PUBLIC;"
		" CREATE TABLE public.usual (a int); GRANT SELECT ON public.usual TO PUBLIC;"
		" REVOKE SELECT ON public.usual FROM PUBLIC;");

	assert_has(text, "REVOKE ALL ON FUNCTION public.f() FROM PUBLIC;\n\n");
	assert_has(text, "GRANT INSERT, SELECT ON TABLE public.t TO PUBLIC;\n");
	assert_has(text, "GRANT SELECT (b), UPDATE (b) ON TABLE public.t TO PUBLIC;\n");
	assert_has(text, "REVOKE ALL ON TABLE public.t FROM CURRENT_USER;\n"
			 "GRANT INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "
			 "public.t TO CURRENT_USER;\n");
	assert_null(strstr(text, "public.usual FROM"));
}

static void the_schema_public_is_told_where_it_was_changed(void **state)
{
	struct fixture *f = *state;

	assert_null(strstr(round_trip(f, "SELECT 1"), "public"));
	assert_int_equal(f->schema.count, 1);
	assert_string_equal(f->schema.object[0].name, "public");
	assert_int_equal(f->schema.object[0].property_count, 0);
	make(f, "a");
	load(f, "a", "DROP SCHEMA public");
	assert_null(strstr(copied(f, "no public"), "public"));
	assert_has(round_trip(f, "DROP SCHEMA public; CREATE SCHEMA public"),
		"COMMENT ON SCHEMA public IS NULL;\nREVOKE ALL ON SCHEMA public FROM PUBLIC;\n");
}

static void a_dump_runs_as_a_script_and_our_own_tables_are_left_out(void **state)
{
	struct fixture *f = *state;
	struct db_state state_of = {0};
	const char *holder, *first;
	struct db_step step;
	struct db_batch batch = {.step = &step, .count = 1};
	const char *row = "one";
	struct db *db;
	bool taken;

	make(f, "a");
	load_file(f, "a", CORPUS "/everything.sql");
	first = dump(f, "a");
	make(f, "b");
	step = (struct db_step){.revision = row,
		.direction = DB_UPGRADE,
		.script = first,
		.script_size = strlen(first),
		.file = "dump.sql",
		.line = 1,
		.checksum = "sha256:0",
		.options = {.lock_timeout = DURATION_UNSET, .statement_timeout = DURATION_UNSET},
		.add = {&row, 1}};
	open_on(f, "b", DB_WRITE, &db);
	need(f, postgres_driver.read(db, &f->arena, false, &state_of, &f->error));
	need(f, postgres_driver.try_lock(db, &f->arena, &taken, &holder, &state_of, &f->error));
	need(f, postgres_driver.apply(db, &batch, &f->error));
	postgres_driver.close(db);
	assert_has(run(f, arena_printf(&f->arena,
				  "psql -XAtq -d '%s' -c 'SELECT * FROM migrate_version'",
				  url_of(f, "b"))),
		"one");
	assert_same("the script", first, dump(f, "b"));
}

static void rows_are_written_behind_a_dump_and_found_there(void **state)
{
	struct fixture *f = *state;
	const char *item[] = {"a'b", "c"};
	struct names rows = {item, 2};
	struct db_settings settings = {.version_table = "my versions"};
	struct str out = {0};

	make(f, "a");
	load(f, "a", "CREATE TABLE public.t (a int)");
	str_add(&out, dump(f, "a"));
	postgres_driver.script_rows(&settings, &rows, &out);
	make(f, "b");
	load(f, "b", out.text);
	str_release(&out);
	assert_string_equal(
		run(f, arena_printf(&f->arena,
			       "psql -XAtq -d '%s' -c 'SELECT string_agg(version_num, chr(32) ORDER"
			       " BY 1) FROM public.\"my versions\"'",
			       url_of(f, "b"))),
		"a'b c\n");
}

static void what_is_not_supported_is_told_by_name(void **state)
{
	static const char *const expected[] = {"access method plain", "base type public.base",
		"canonical function of range type public.canon",
		"cast (public.m AS pg_catalog.text)", "collation public.natural_order",
		"comment on the row type of public.t", "conversion public.conv",
		"default privileges of tester in schema public on tables",
		"disabled trigger of constraint pointed_id_fkey on public.pointed",
		"foreign data wrapper w", "foreign server s", "foreign table public.ft",
		"invalid index public.broken", "language mine", "large objects (1)",
		"operator class public.backwards USING btree",
		"operator family public.backwards USING btree",
		"operator public.===(integer,integer)", "privileges on pg_sleep(double precision)",
		"shell type public.shell", "subscription sub",
		"text search configuration public.cfg", "text search dictionary public.dict",
		"text search parser public.parser", "text search template public.tmpl",
		"transform for public.m on language sql", "user mapping tester on server s"};
	struct fixture *f = *state;

	make(f, "a");
	load_file(f, "a", CORPUS "/unsupported/everything.sql");
	dump(f, "a");
	load(f, "a", "DROP SUBSCRIPTION sub"); /* it would keep the database */
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		if (i >= f->schema.unsupported_count)
			fail_msg("missing is: %s", expected[i]);
		assert_string_equal(f->schema.unsupported[i], expected[i]);
	}
	assert_int_equal(f->schema.unsupported_count, sizeof expected / sizeof *expected);
}

static void what_an_extension_brings_is_not_told(void **state)
{
	struct fixture *f = *state;
	const char *text = round_trip(f,
		"CREATE EXTENSION citext; CREATE EXTENSION btree_gist; CREATE EXTENSION cube;"
		" CREATE EXTENSION earthdistance; CREATE EXTENSION tablefunc; CREATE EXTENSION "
		"pg_trgm;"
		" CREATE TABLE public.t (a citext PRIMARY KEY, b citext[], c earth, n int,"
		" EXCLUDE USING gist (n WITH =)); CREATE INDEX i ON public.t USING gin (a "
		"gin_trgm_ops);"
		" CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
		" ALTER FUNCTION public.f() DEPENDS ON EXTENSION citext;"
		" ALTER INDEX public.i DEPENDS ON EXTENSION pg_trgm;");

	assert_int_equal(f->schema.unsupported_count, 0);
	assert_has(text, "CREATE EXTENSION IF NOT EXISTS earthdistance WITH SCHEMA public;\n");
	assert_has(text, "ALTER FUNCTION public.f() DEPENDS ON EXTENSION citext;\n");
	assert_null(strstr(text, "OPERATOR CLASS"));
	assert_same("extensions", server_dump(f, "a"), server_dump(f, "b"));
}

static void objects_of_a_schema_are_found_with_their_properties(void **state)
{
	struct fixture *f = *state;
	const struct schema_object *object;
	uint32_t table, column;

	make(f, "a");
	load_file(f, "a", CORPUS "/everything.sql");
	dump(f, "a");
	table = schema_find(&f->schema, SCHEMA_TABLE, SCHEMA_NONE, "app.kinds");
	assert_int_not_equal(table, SCHEMA_NONE);
	column = schema_find(&f->schema, SCHEMA_COLUMN, table, "name");
	object = &f->schema.object[column];
	assert_int_equal(object->position, 3);
	assert_string_equal(schema_text(object, "type"), "character varying(80)");
	assert_string_equal(schema_text(object, "collation"), "pg_catalog.\"C\"");
	assert_string_equal(schema_text(object, "not null"), "yes");
	assert_string_equal(schema_text(object, "storage"), "EXTERNAL");
	assert_string_equal(schema_text(object, "privileges of \"Schema Writer\""), "UPDATE");
	object = &f->schema.object[table];
	assert_string_equal(schema_text(object, "option fillfactor"), "'80'");
	assert_string_equal(schema_text(object, "privileges of schema_reader"),
		"INSERT, SELECT, UPDATE WITH GRANT OPTION");
	assert_null(schema_text(object, "unlogged"));
	object = &f->schema.object[schema_find(&f->schema, SCHEMA_INDEX, table, "kinds_price")];
	assert_string_equal(schema_text(object, "where"),
		"((price > (1)::numeric) AND ((name)::text <> ' WHERE '::text))");
	assert_string_equal(schema_text(object, "definition"),
		"USING btree (price DESC NULLS LAST, lower((name)::text) text_pattern_ops)"
		" INCLUDE (at)");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(every_sample_has_a_copy_that_pg_dump_cannot_tell_apart),
		TEST(a_dump_does_not_tell_in_which_order_things_were_made),
		TEST(a_list_of_varchar_is_written_as_its_copy_writes_it),
		TEST(views_that_need_each_other_get_a_stand_in),
		TEST(privileges_are_written_where_they_differ_from_the_usual),
		TEST(the_schema_public_is_told_where_it_was_changed),
		TEST(a_dump_runs_as_a_script_and_our_own_tables_are_left_out),
		TEST(rows_are_written_behind_a_dump_and_found_there),
		TEST(what_is_not_supported_is_told_by_name),
		TEST(what_an_extension_brings_is_not_told),
		TEST(objects_of_a_schema_are_found_with_their_properties),
	};

	if (!getenv("MIGRATE_TEST_PG")) {
		fprintf(stderr,
			"SKIPPED: %zu tests need a PostgreSQL server: set MIGRATE_TEST_PG to"
			" the URL of a database beside which others may be made\n",
			sizeof tests / sizeof *tests);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
