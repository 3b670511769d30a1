/* project: a directory of its own for tests of the configuration, and what to expect of it. */
#ifndef MIGRATE_TESTS_PROJECT_H
#define MIGRATE_TESTS_PROJECT_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "io/config.h"
#include "io/yaml.h"

/* No program uses them all. */
#pragma GCC diagnostic ignored "-Wunused-function"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct arena arena;
static struct migrate_error error;
static struct config config;
static char directory[] = "/tmp/test_config.XXXXXX";

static int set_up_all(void **state)
{
	(void)state;
	return mkdtemp(directory) && !chdir(directory) && !mkdir("sub", 0777) ? 0 : -1;
}

static int tear_down_all(void **state)
{
	(void)state;
	return chdir("/") || rmdir(arena_printf(&arena, "%s/sub", directory)) || rmdir(directory);
}

static int tear_down(void **state)
{
	static const char *const files[] = {"migrator.yaml", ".env", "other.env",
		"sub/migrator.yaml", "sub/.env", "sub/m.yaml", "text.yaml"};

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++)
		unlink(files[i]);
	rmdir(".env");
	arena_release(&arena);
	migrate_error_clear(&error);
	return 0;
}

static void write_bytes(const char *path, const char *text, size_t size)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static void write_file(const char *path, const char *text)
{
	write_bytes(path, text, strlen(text));
}

static bool load_from(const struct config_source *source)
{
	migrate_error_clear(&error);
	return config_load(&arena, source, &config, &error);
}

/* Loads migrator.yaml of that text. */
static bool load(const char *text)
{
	write_file("migrator.yaml", text);
	return load_from(&(struct config_source){0});
}

static void expect_load(const char *text)
{
	if (!load(text))
		fail_msg("%s:%zu:%zu: %s", error.file ? error.file : "?", error.line, error.column,
			error.message);
}

static void expect_load_from(struct config_source source)
{
	if (!load_from(&source))
		fail_msg("%s:%zu:%zu: %s", error.file ? error.file : "?", error.line, error.column,
			error.message);
}

static const char *shown(void)
{
	return config.database ? config.database->shown : config.database_error.message;
}

static const char *path(void)
{
	assert_non_null(config.database);
	return config.database->path;
}

struct refusal {
	const char *text, *message, *hint;
	size_t line, column;
	const char *excerpt;
};

static void expect_text(const char *text, const char *what, const char *found, const char *expected)
{
	if (!expected && !found)
		return;
	if (!expected || !found || !strstr(found, expected))
		fail_msg("\"%s\": the %s is \"%s\", not \"%s\"", text, what,
			found ? found : "(none)", expected ? expected : "(none)");
}

static void check_refusal(const struct refusal *refusal)
{
	if (load(refusal->text))
		fail_msg("\"%s\" was taken", refusal->text);
	assert_int_equal(error.code, MIGRATE_E_CONFIG);
	assert_string_equal(error.file, "migrator.yaml");
	expect_text(refusal->text, "message", error.message, refusal->message);
	if (refusal->hint)
		expect_text(refusal->text, "hint", error.hint, refusal->hint);
	expect_text(refusal->text, "excerpt", error.excerpt, refusal->excerpt);
	if (error.line != refusal->line || error.column != refusal->column)
		fail_msg("\"%s\" fails at %zu:%zu, not %zu:%zu", refusal->text, error.line,
			error.column, refusal->line, refusal->column);
}

static void check_refusals(const struct refusal *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_refusal(&cases[i]);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

#endif
