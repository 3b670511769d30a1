/* One schema made out of another on PostgreSQL: each file of tests/corpus/alter/postgresql has a
 * schema, "-- to:" and another one. What is written for the way there and for the way back is run,
 * and what the database then holds must be the other one and the first one, with no difference
 * left. Then any first against any second, and many at once, by chance that repeats itself.
 * MIGRATE_TEST_PG is the URL of a database of this program's own, as a superuser: it is emptied.
 * Without it everything is skipped, and says so.
 *
 * "-- destroys: table app.t" before "-- to:" is what the way there destroys, in that order; without
 * any, nothing may be. "-- rows: SELECT ..." at the end must be true once it is gone. The schema
 * app is there from the start. To look closer: ALTER_ONLY=enum takes the samples with that in their
 * names, ALTER_TEST='any*' tests, ALTER_SEED=3 makes other pairs, ALTER_SHOW=1 prints what is run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "db/postgres.h"
#include "schema/alter.h"

#define CORPUS "tests/corpus/alter/postgresql"

struct sample {
	const char *name, *from, *to, *rows, *destroys;
};

struct fixture {
	struct arena arena; /* the samples */
	struct arena work;  /* a pair's */
	struct db *db;
	struct sample *sample;
	size_t count;
	struct migrate_error error;
};

/* Everything but what a new database has. */
static const char empty[] =
	"SET client_min_messages = warning;"
	"DO $$ DECLARE what text; BEGIN"
	" FOR what IN SELECT format('EVENT TRIGGER %I', evtname) FROM pg_event_trigger"
	" UNION ALL SELECT format('PUBLICATION %I', pubname) FROM pg_publication"
	" UNION ALL SELECT format('EXTENSION %I CASCADE', extname) FROM pg_extension"
	"  WHERE extname <> 'plpgsql'"
	" UNION ALL SELECT format('SCHEMA %I CASCADE', nspname) FROM pg_namespace"
	"  WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public')"
	" LOOP EXECUTE 'DROP ' || what; END LOOP; END $$;"
	"CREATE SCHEMA app;";

static char *read_file(struct arena *arena, const char *path)
{
	FILE *file = fopen(path, "r");
	struct str text = {0};
	char part[4096], *copy;
	size_t size;

	assert_non_null(file);
	while ((size = fread(part, 1, sizeof part, file)))
		str_add_bytes(&text, part, size);
	fclose(file);
	copy = arena_strdup(arena, str_text(&text));
	str_release(&text);
	return copy;
}

/* What stands behind the word on lines of a text, a line each. */
static const char *lines_behind(struct arena *arena, const char *text, const char *word)
{
	struct str found = {0};
	const char *copy;

	for (const char *at = text; (at = strstr(at, word));) {
		at += strlen(word);
		str_add_bytes(&found, at, strcspn(at, "\n"));
		str_add_char(&found, '\n');
	}
	copy = arena_strdup(arena, str_text(&found));
	str_release(&found);
	return copy;
}

static void read_sample(struct fixture *f, const char *path, struct sample *sample)
{
	char *text = read_file(&f->arena, path), *to = strstr(text, "-- to:\n"), *rows;

	if (!to)
		fail_msg("%s has no line -- to:", path);
	sample->name = arena_strdup(&f->arena, strrchr(path, '/') + 1);
	sample->to = to;
	sample->destroys = lines_behind(&f->arena, text, "-- destroys: ");
	rows = strstr(to, "-- rows: ");
	sample->rows = rows ? arena_strdup(&f->arena, rows + 9) : NULL;
	to[-1] = '\0';
	sample->from = text;
}

static void run(struct fixture *f, const char *name, const char *sql)
{
	struct postgres_answer answer;

	if (!postgres_query(f->db, sql, &answer, NULL, &f->error))
		fail_msg("%s: %s (%s) in:\n%s", name, f->error.message,
			f->error.detail ? f->error.detail : "", sql);
	postgres_answer_clear(f->db, &answer);
}

static void assert_destroys(
	struct fixture *f, const char *expected, const struct schema_alteration *alteration)
{
	const char *written = lines_behind(&f->work, str_text(alteration->out), "-- destroys: ");
	struct str said = {0};

	for (uint32_t i = 0; i < alteration->destroys.count; i++)
		str_printf(&said, "%s\n", alteration->destroys.item[i]);
	assert_string_equal(expected, str_text(&said));
	assert_string_equal(expected, written);
	str_release(&said);
}

static void make(struct fixture *f, const char *name, const char *sql)
{
	run(f, name, empty);
	run(f, name, sql);
}

static struct schema *look(struct fixture *f, const char *name)
{
	struct schema_builder *builder = schema_builder_open(&f->work);
	struct schema *schema = ARENA_NEW(&f->work, struct schema);
	bool good = postgres_driver.read_schema(f->db, builder, &f->error) &&
		    schema_build(builder, schema, &f->error);

	if (!good)
		fail_msg("%s: %s", name, f->error.message);
	schema_builder_close(builder);
	return schema;
}

static void alter(struct fixture *f, const struct schema *from, const struct schema *to,
	struct schema_alteration *alteration)
{
	struct schema_changes changes;

	schema_compare(&f->work, from, to, &changes);
	schema_alter(&f->work, &changes, postgres_driver.schema, alteration);
}

static void assert_none_left(struct fixture *f, const char *name, const struct schema *from,
	const struct schema *to, const char *sql)
{
	struct schema_changes changes;
	struct str all = {0};

	schema_compare(&f->work, from, to, &changes);
	for (uint32_t i = 0; i < changes.count; i++)
		str_printf(&all, "  %s\n", schema_change_text(&f->work, &changes, i));
	if (changes.count)
		fail_msg("%s: left is:\n%s---- after:\n%s", name, str_text(&all), sql);
	str_release(&all);
}

/* Makes `to` out of `from`, which the database holds: the schema that came of it. NULL: that cannot
 * be written. */
static struct schema *become(struct fixture *f, const struct sample *sample,
	const struct schema *from, const struct schema *to, const char *destroys)
{
	struct str sql = {0};
	struct schema_alteration alteration = {.out = &sql};
	struct schema *made = NULL;

	alter(f, from, to, &alteration);
	if (getenv("ALTER_SHOW"))
		printf("-------- %s\n%s", sample->name, str_text(&sql));
	if (destroys)
		assert_destroys(f, destroys, &alteration);
	if (!alteration.impossible.count) {
		run(f, sample->name, str_text(&sql));
		made = look(f, sample->name);
		assert_none_left(f, sample->name, made, to, str_text(&sql));
	}
	str_release(&sql);
	return made;
}

static bool there_and_back(struct fixture *f, const struct sample *sample)
{
	const char *name = sample->name, *rows = sample->rows;
	struct schema *first, *second, *made;

	make(f, name, sample->to);
	second = look(f, name);
	make(f, name, sample->from);
	first = look(f, name);
	made = become(f, sample, first, second, sample->destroys);
	if (made && rows)
		run(f, name, arena_printf(&f->work, "DO $$ BEGIN ASSERT (%s); END $$", rows));
	return made && become(f, sample, made, first, NULL);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct url *url = ARENA_NEW(&f->arena, struct url);
	struct db_settings settings = {.url = url,
		.version_table = "migrate_version",
		.access = DB_WRITE,
		.tool = "migrate test",
		.user = "tester@here",
		.interrupt_fd = -1};
	glob_t files;

	*state = f;
	assert_true(url_parse(&f->arena, getenv("MIGRATE_TEST_PG"), url, &f->error));
	assert_true(postgres_driver.open(&settings, &f->db, &f->error));
	assert_int_equal(glob(CORPUS "/*.sql", 0, NULL, &files), 0);
	f->count = files.gl_pathc;
	f->sample = ARENA_ARRAY(&f->arena, f->count, struct sample);
	for (size_t i = 0; i < f->count; i++)
		read_sample(f, files.gl_pathv[i], &f->sample[i]);
	globfree(&files);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	run(f, "the end", empty);
	postgres_driver.close(f->db);
	migrate_error_clear(&f->error);
	arena_release(&f->work);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static void every_change_is_made_and_undone(void **state)
{
	struct fixture *f = *state;
	const char *only = getenv("ALTER_ONLY");

	assert_true(f->count >= 90);
	for (size_t i = 0; i < f->count; i++) {
		const struct sample *sample = &f->sample[i];

		if (only && !strstr(sample->name, only))
			continue;
		if (!there_and_back(f, sample))
			fail_msg("%s cannot be written", sample->name);
		arena_release(&f->work);
	}
}

/* ALTER_SEED tries others. */
static uint32_t first_seed(uint32_t usual)
{
	const char *seed = getenv("ALTER_SEED");

	return seed ? (uint32_t)strtoul(seed, NULL, 10) : usual;
}

/* Numbers that are the same in each run. */
static uint32_t draw(uint32_t *seed, size_t below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (uint32_t)((*seed >> 8) % below);
}

/* Without rows: whether values fit another type is not what this is about. */
static const char *without_rows(struct fixture *f, const char *sql)
{
	struct str kept = {0};
	const char *copy;

	for (const char *line = sql; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (strncmp(line, "INSERT", 6) != 0)
			str_printf(&kept, "%.*s\n", (int)strcspn(line, "\n"), line);
	copy = arena_strdup(&f->work, str_text(&kept));
	str_release(&kept);
	return copy;
}

static void any_schema_becomes_any_other(void **state)
{
	struct fixture *f = *state;
	uint32_t seed = first_seed(7), possible = 0;
	enum { PAIRS = 12 };

	for (int i = 0; i < PAIRS; i++) {
		const struct sample *from = &f->sample[draw(&seed, f->count)];
		const struct sample *to = &f->sample[draw(&seed, f->count)];
		struct sample both = {.from = without_rows(f, from->from),
			.to = without_rows(f, to->to),
			.name = arena_printf(&f->work, "%s to %s", from->name, to->name)};

		possible += there_and_back(f, &both);
		arena_release(&f->work);
	}
	assert_true(possible > PAIRS * 9 / 10);
}

/* The sample's SQL with "app" as "app3", and that schema. */
static void add_numbered(struct str *out, const char *sql, uint32_t number)
{
	str_printf(out, "CREATE SCHEMA app%u;\n", (unsigned)number);
	for (; *sql; sql++) {
		str_add_char(out, *sql);
		if (!strncmp(sql, "app", 3)) {
			str_printf(out, "pp%u", (unsigned)number);
			sql += 2;
		}
	}
	str_add_char(out, '\n');
}

/* An extension is there once in a database. */
static bool can_be_among_others(const struct sample *sample)
{
	return !strstr(sample->from, "EXTENSION");
}

static void many_changes_are_made_at_once(void **state)
{
	struct fixture *f = *state;
	uint32_t seed = first_seed(11);
	enum { ROUNDS = 3, CHANGES = 12 };

	for (int round = 0; round < ROUNDS; round++) {
		struct str from = {0}, to = {0};
		struct str name = {0};

		for (uint32_t i = 0; i < CHANGES; i++) {
			const struct sample *sample = &f->sample[draw(&seed, f->count)];

			if (!can_be_among_others(sample))
				continue;
			str_printf(&name, "%s ", sample->name);
			add_numbered(&from, sample->from, i);
			add_numbered(&to, sample->to, i);
		}
		assert_true(there_and_back(f, &(struct sample){.name = str_text(&name),
						      .from = str_text(&from),
						      .to = str_text(&to)}));
		str_release(&from);
		str_release(&to);
		str_release(&name);
		arena_release(&f->work);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(every_change_is_made_and_undone),
		TEST(any_schema_becomes_any_other),
		TEST(many_changes_are_made_at_once),
	};

	if (!getenv("MIGRATE_TEST_PG")) {
		fprintf(stderr,
			"SKIPPED: %zu tests need a PostgreSQL server: set MIGRATE_TEST_PG to"
			" the URL of a database of this program's own\n",
			sizeof tests / sizeof *tests);
		return 0;
	}
	cmocka_set_test_filter(getenv("ALTER_TEST"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
