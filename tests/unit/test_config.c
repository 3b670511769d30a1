/* The configuration: which files, whose paths, which environment, which database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "project.h"

static void a_missing_file_hints_at_init(void **state)
{
	(void)state;
	assert_false(load_from(&(struct config_source){0}));
	assert_int_equal(error.code, MIGRATE_E_CONFIG);
	assert_non_null(strstr(error.message, "migrator.yaml"));
	assert_non_null(strstr(error.hint, "migrate init"));
	assert_false(load_from(&(struct config_source){.config = "sub"}));
	assert_string_equal(error.message, "\"sub\" is not a regular file");
	assert_null(error.hint);
}

static void the_file_is_that_of_c_then_of_the_variable_then_the_usual(void **state)
{
	static const char *const variables[] = {
		"MIGRATE_CONFIGX=no", "MIGRATE_CONFIG=sub/m.yaml", NULL};
	static const char *const empty[] = {"MIGRATE_CONFIG=", NULL};

	(void)state;
	write_file("migrator.yaml", "version_table: usual\n");
	write_file("sub/m.yaml", "version_table: variable\n");
	write_file("text.yaml", "version_table: option\n");
	expect_load_from((struct config_source){.environ = variables, .config = "text.yaml"});
	assert_string_equal(config.version_table, "option");
	expect_load_from((struct config_source){.environ = variables});
	assert_string_equal(config.version_table, "variable");
	assert_string_equal(config.directory, "sub");
	assert_string_equal(config.versions.item[0], "sub/migrations");
	expect_load_from((struct config_source){.environ = empty});
	assert_string_equal(config.version_table, "usual");
}

static void where_things_came_from_is_kept(void **state)
{
	static const char *const variables[] = {
		"MIGRATE_CONFIG=sub/m.yaml", "MIGRATE_ENV=e", "EMPTY=", NULL};

	(void)state;
	write_file("migrator.yaml", "database_url: sqlite:///x.db\n");
	expect_load_from((struct config_source){0});
	assert_null(config.origins.config);
	assert_null(config.origins.environment);
	assert_null(config.origins.env_file);
	assert_string_equal(config.origins.database, "database_url in migrator.yaml");
	assert_int_equal(config.origins.defaulted.count, 0);
	assert_int_equal(config.origins.with_password.count, 0);
	write_file("sub/m.yaml",
		"database_url: ${U}\nlock_wait: ${EMPTY:-${NONE:-1s}}\nlock_timeout: ${NONE:-2s}\n"
		"environments: {e: {timezone: UTC}}\n");
	write_file("sub/.env", "U=postgresql://u:s%40e@h/db\n");
	expect_load_from((struct config_source){.environ = variables});
	assert_string_equal(config.origins.config, "MIGRATE_CONFIG");
	assert_string_equal(config.origins.environment, "MIGRATE_ENV");
	assert_string_equal(config.origins.env_file, "sub/.env");
	assert_string_equal(config.origins.database, "U in sub/.env");
	assert_int_equal(config.origins.defaulted.count, 2);
	assert_string_equal(config.origins.defaulted.item[0], "NONE");
	assert_string_equal(config.origins.defaulted.item[1], "EMPTY");
	assert_int_equal(config.origins.with_password.count, 1);
	assert_string_equal(config.origins.with_password.item[0], "sub/.env");
	write_file(
		"sub/m.yaml", "database_url: postgresql://u:s%40e@h/db\nenvironments: {e: {}}\n");
	expect_load_from((struct config_source){.environ = variables, .config = "sub/m.yaml"});
	assert_string_equal(config.origins.config, "-c");
	assert_string_equal(config.origins.with_password.item[0], "sub/m.yaml");
	expect_load_from((struct config_source){.environ = variables,
		.environment = "e",
		.database_url = "postgresql://u:s%40e@h/db"});
	assert_string_equal(config.origins.environment, "--env");
	assert_string_equal(config.origins.database, "-d");
	assert_int_equal(config.origins.with_password.count, 0);
}

static void paths_are_relative_to_the_file_that_names_them(void **state)
{
	static const char *const variables[] = {"DIR=from_environ", NULL};

	(void)state;
	write_file("sub/migrator.yaml",
		"database_url: sqlite:///app.db\n"
		"versions: [a, ../b, /c, '${DIR}', '${ENV_DIR}', 'x/${DIR}', '${NONE:-d}']\n"
		"script_template: t.sql\n"
		"schema: tables\n");
	write_file("sub/.env", "ENV_DIR=from_dotenv\n");
	expect_load_from(
		(struct config_source){.config = "sub/migrator.yaml", .environ = variables});
	assert_string_equal(path(), "sub/app.db");
	assert_string_equal(config.versions.item[0], "sub/a");
	assert_string_equal(config.versions.item[1], "sub/../b");
	assert_string_equal(config.versions.item[2], "/c");
	assert_string_equal(config.versions.item[3], "from_environ");
	assert_string_equal(config.versions.item[4], "sub/from_dotenv");
	assert_string_equal(config.versions.item[5], "sub/x/from_environ");
	assert_string_equal(config.versions.item[6], "sub/d");
	assert_string_equal(config.script_template, "sub/t.sql");
	assert_string_equal(config.schema, "sub/tables");
	write_file("migrator.yaml", "database_url: sqlite:///app.db\n");
	expect_load_from((struct config_source){.config = "./migrator.yaml"});
	assert_string_equal(path(), "app.db");
	assert_string_equal(config.versions.item[0], "migrations");
}

static void an_sqlite_file_is_relative_to_where_its_url_stands(void **state)
{
	static const char *const variables[] = {"REAL=sqlite:///x.db", "NAME=x.db", NULL};
	static const struct {
		const char *url, *path;
	} cases[] = {{"sqlite:///x.db", "sub/x.db"}, {"sqlite:////x.db", "/x.db"},
		{"${REAL}", "x.db"}, {"${REAL:-sqlite:///y.db}", "x.db"}, {"${FILE}", "./x.db"},
		{"${NONE:-sqlite:///y.db}", "sub/y.db"}, {"${NONE:-${REAL}}", "x.db"},
		{"${NONE:-${FILE}}", "./x.db"}, {"sqlite:///${NAME}", "sub/x.db"},
		{"${REAL}${EMPTY}", "sub/x.db"}};

	(void)state;
	write_file("other.env", "FILE=sqlite:///x.db\nREAL=sqlite:///dotenv.db\nEMPTY=\n");
	for (size_t i = 0; i < COUNT(cases); i++) {
		write_file("sub/migrator.yaml",
			arena_printf(&arena, "database_url: %s\n", cases[i].url));
		expect_load_from((struct config_source){.config = "sub/migrator.yaml",
			.env_file = "./other.env",
			.environ = variables});
		if (strcmp(path(), cases[i].path) != 0 &&
			strcmp(arena_printf(&arena, "./%s", path()), cases[i].path) != 0)
			fail_msg("%s is \"%s\", not \"%s\"", cases[i].url, path(), cases[i].path);
	}
	expect_load_from((struct config_source){
		.config = "sub/migrator.yaml", .database_url = "sqlite:///x.db"});
	assert_string_equal(path(), "x.db");
	expect_load_from(
		(struct config_source){.config = "sub/migrator.yaml", .database_url = "sqlite://"});
	assert_null(path());
}

static void the_dotenv_beside_the_config_is_read_and_the_environment_wins(void **state)
{
	static const char *const variables[] = {"B=real", NULL};

	(void)state;
	write_file("sub/migrator.yaml", "version_table: ${A}_${B}\n");
	write_file("sub/.env", "A=dot\nB=dot\n");
	write_file(".env", "A=wrong\n");
	expect_load_from(
		(struct config_source){.config = "sub/migrator.yaml", .environ = variables});
	assert_string_equal(config.version_table, "dot_real");
	write_file("other.env", "A=other_${B}\nB=dot\n");
	expect_load_from((struct config_source){
		.config = "sub/migrator.yaml", .environ = variables, .env_file = "other.env"});
	assert_string_equal(config.version_table, "other_real_real");
}

static void a_named_env_file_must_be_there_the_usual_one_need_not(void **state)
{
	(void)state;
	expect_load("version_table: a\n");
	assert_false(load_from(&(struct config_source){.env_file = "other.env"}));
	assert_int_equal(error.code, MIGRATE_E_CONFIG);
	assert_non_null(strstr(error.message, "other.env"));
	assert_int_equal(mkdir(".env", 0777), 0);
	expect_load("version_table: a\n");
	assert_false(load_from(&(struct config_source){.env_file = ".env"}));
	assert_int_equal(rmdir(".env"), 0);
	write_file(".env", "A='S3CR3T\n");
	assert_false(load("version_table: a\n"));
	assert_string_equal(error.file, ".env");
	assert_int_equal(error.line, 1);
}

#define ENVIRONMENTS                          \
	"version_table: top\nlock_wait: 1s\n" \
	"environments:\n"                     \
	"  dev:\n"                            \
	"  prod:\n"                           \
	"    version_table: prod\n"           \
	"    protected: true\n"               \
	"    database_url: sqlite:///prod.db\n"

static void an_environment_overrides_the_keys_it_has(void **state)
{
	static const char *const variables[] = {"MIGRATE_ENV=prod", NULL};
	static const char *const empty[] = {"MIGRATE_ENV=", NULL};

	(void)state;
	write_file("migrator.yaml", ENVIRONMENTS);
	expect_load_from((struct config_source){.environment = "prod"});
	assert_string_equal(config.environment, "prod");
	assert_string_equal(config.version_table, "prod");
	assert_string_equal(path(), "prod.db");
	assert_int_equal(config.lock_wait, 1000);
	assert_true(config.protected);
	expect_load_from((struct config_source){.environment = "dev", .environ = variables});
	assert_string_equal(config.environment, "dev");
	assert_string_equal(config.version_table, "top");
	assert_false(config.protected);
	assert_null(config.database);
	expect_load_from((struct config_source){.environ = variables});
	assert_string_equal(config.environment, "prod");
	expect_load_from((struct config_source){.environ = empty});
	assert_null(config.environment);
	assert_string_equal(config.version_table, "top");
	write_file(".env", "MIGRATE_ENV=prod\n");
	expect_load_from((struct config_source){0});
	assert_string_equal(config.environment, "prod");
}

static void an_unknown_environment_is_refused_with_the_known_names(void **state)
{
	(void)state;
	write_file("migrator.yaml", ENVIRONMENTS);
	assert_false(load_from(&(struct config_source){.environment = "prd"}));
	assert_int_equal(error.code, MIGRATE_E_CONFIG);
	assert_string_equal(error.message, "unknown environment \"prd\"");
	assert_string_equal(
		error.hint, "Did you mean \"prod\"? migrator.yaml has \"dev\", \"prod\".");
	assert_false(load_from(&(struct config_source){.environment = "quality"}));
	assert_string_equal(error.hint, "migrator.yaml has \"dev\", \"prod\".");
	assert_false(load_from(&(struct config_source){.environment = ""}));
	write_file("migrator.yaml", "environments:\n");
	assert_false(load_from(&(struct config_source){.environment = "dev"}));
	assert_string_equal(error.hint, "migrator.yaml has none: add it below `environments:`.");
	write_file("migrator.yaml", "");
	assert_false(load_from(&(struct config_source){.environment = "dev"}));
}

static void values_of_environments_that_are_not_meant_are_not_expanded(void **state)
{
	(void)state;
	expect_load("environments:\n  prod:\n    version_table: ${NONE}\n");
	write_file(
		"migrator.yaml", "version_table: ${NONE}\nenvironments: {a: {version_table: b}}\n");
	expect_load_from((struct config_source){.environment = "a"});
	assert_string_equal(config.version_table, "b");
}

static void the_database_url_comes_from_d_then_the_file_then_the_variable(void **state)
{
	static const char *const variables[] = {"DATABASE_URL=sqlite:///variable.db", NULL};
	static const char *const empty[] = {"DATABASE_URL=", NULL};

	(void)state;
	write_file("sub/migrator.yaml", "database_url: sqlite:///file.db\n");
	expect_load_from((struct config_source){.config = "sub/migrator.yaml",
		.environ = variables,
		.database_url = "sqlite:///option.db"});
	assert_string_equal(shown(), "sqlite:///option.db");
	expect_load_from(
		(struct config_source){.config = "sub/migrator.yaml", .environ = variables});
	assert_string_equal(shown(), "sqlite:///file.db");
	write_file("sub/migrator.yaml", "versions: a\n");
	expect_load_from(
		(struct config_source){.config = "sub/migrator.yaml", .environ = variables});
	assert_string_equal(path(), "variable.db");
	write_file("sub/.env", "DATABASE_URL=sqlite:///dotenv.db\n");
	expect_load_from((struct config_source){.config = "sub/migrator.yaml"});
	assert_string_equal(path(), "sub/dotenv.db");
	write_file("sub/.env", "");
	expect_load_from((struct config_source){.config = "sub/migrator.yaml", .environ = empty});
	assert_null(config.database);
}

static void what_is_wrong_with_the_database_url_is_kept_for_who_needs_it(void **state)
{
	static const struct {
		const char *text, *message, *hint;
		size_t line, column;
		enum migrate_error_code code;
	} cases[] = {
		{"versions: a\n", "no database URL is set", "DATABASE_URL", 0, 0, MIGRATE_E_CONFIG},
		{"database_url:\n", "the database URL is empty", "DATABASE_URL", 1, 14,
			MIGRATE_E_CONFIG},
		{"\ndatabase_url: ''\n", "the database URL is empty", NULL, 2, 15,
			MIGRATE_E_CONFIG},
		{"database_url: ${NONE}\n", "the variable \"NONE\" is not set", "${NONE:-default}",
			1, 15, MIGRATE_E_CONFIG},
		{"database_url:\n  \"me: S3CR3T\"\n", "does not begin with", NULL, 2, 3,
			MIGRATE_E_URL},
		{"database_url: ${NONE:-}\n", "the database URL is empty", NULL, 1, 15,
			MIGRATE_E_CONFIG},
		{"database_url: postgresql://u:S3CR3T@a@h/d\n", "may belong to", "%40", 1, 15,
			MIGRATE_E_URL},
		{"database_url: mysql://u:S3CR3T@h/d\n", "\"mysql\" databases are not supported",
			NULL, 1, 15, MIGRATE_E_URL},
		{"database_url:\n  postgresql://u:S3CR3T%z@h\n", "hexadecimal", NULL, 2, 3,
			MIGRATE_E_URL}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		expect_load(cases[i].text);
		assert_null(config_database(&config, &error));
		assert_int_equal(error.code, cases[i].code);
		expect_text(cases[i].text, "message", error.message, cases[i].message);
		if (cases[i].hint)
			expect_text(cases[i].text, "hint", error.hint, cases[i].hint);
		assert_int_equal(error.line, cases[i].line);
		assert_int_equal(error.column, cases[i].column);
		if (cases[i].line)
			assert_string_equal(error.file, "migrator.yaml");
		assert_null(error.excerpt);
		assert_null(strstr(error.message, "S3CR3T"));
		assert_null(config.database_error.memory);
	}
}

static void an_error_in_a_variable_names_the_variable(void **state)
{
	static const char *const variables[] = {"URL=nonsense", NULL};

	(void)state;
	write_file(".env", "DATABASE_URL=nonsense\n");
	expect_load("versions: a\n");
	assert_null(config_database(&config, &error));
	assert_string_equal(error.detail, "The value is that of DATABASE_URL in .env.");
	assert_null(error.file);
	write_file("migrator.yaml", "database_url: ${URL}\n");
	expect_load_from((struct config_source){.environ = variables});
	assert_null(config_database(&config, &error));
	assert_string_equal(error.detail, "The value is that of URL in the environment.");
	assert_string_equal(error.file, "migrator.yaml");
	expect_load_from((struct config_source){.database_url = ""});
	assert_null(config_database(&config, &error));
	assert_string_equal(error.message, "the database URL is empty");
	assert_null(error.file);
}

static void a_database_that_is_there_is_no_error(void **state)
{
	(void)state;
	expect_load("database_url: postgresql+asyncpg://u:S3CR3T@h/d?ssl=true\n");
	assert_ptr_equal(config_database(&config, &error), config.database);
	assert_int_equal(error.code, MIGRATE_E_NONE);
	assert_string_equal(shown(), "postgresql+asyncpg://u:***@h/d?ssl=true");
	assert_string_equal(url_parameter(config.database, "sslmode"), "require");
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(a_missing_file_hints_at_init),
		TEST(the_file_is_that_of_c_then_of_the_variable_then_the_usual),
		TEST(where_things_came_from_is_kept),
		TEST(paths_are_relative_to_the_file_that_names_them),
		TEST(an_sqlite_file_is_relative_to_where_its_url_stands),
		TEST(the_dotenv_beside_the_config_is_read_and_the_environment_wins),
		TEST(a_named_env_file_must_be_there_the_usual_one_need_not),
		TEST(an_environment_overrides_the_keys_it_has),
		TEST(an_unknown_environment_is_refused_with_the_known_names),
		TEST(values_of_environments_that_are_not_meant_are_not_expanded),
		TEST(the_database_url_comes_from_d_then_the_file_then_the_variable),
		TEST(what_is_wrong_with_the_database_url_is_kept_for_who_needs_it),
		TEST(an_error_in_a_variable_names_the_variable),
		TEST(a_database_that_is_there_is_no_error)};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
