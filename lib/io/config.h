/* config: migrator.yaml, the .env beside it and the caller's environment, as one value.
 *
 * Reads files; never the process' environment (it is passed in). Unknown and duplicate keys, wrong
 * types, anchors and aliases, a second document, a depth past 16 and a file past 64 KiB are errors
 * with file, line, column and, for a misspelt key, a suggestion. ${VAR} and ${VAR:-default} are
 * replaced in every value ($$ is a dollar); a variable that is not set is an error that names it.
 * Variables come from the caller's environment first, then from .env; see io/variables.h. What
 * concerns the database URL alone is an error only for those who ask for the database.
 */
#ifndef MIGRATE_IO_CONFIG_H
#define MIGRATE_IO_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "core/revision.h"
#include "core/url.h"
#include "migrate.h"

struct config_source {
	const char *config;         /* -c; NULL: MIGRATE_CONFIG, else migrator.yaml */
	const char *database_url;   /* -d; NULL: from the file */
	const char *environment;    /* --env; NULL: MIGRATE_ENV, else none */
	const char *env_file;       /* --env-file; NULL: .env beside the config, if it is there */
	const char *const *environ; /* NAME=VALUE, NULL-terminated; may be NULL */
};

/* Where things came from, for people who wonder. */
struct config_origins {
	/* "-c" or "MIGRATE_CONFIG"; NULL: the usual name was looked for */
	const char *config;
	const char *environment;    /* "--env" or "MIGRATE_ENV"; NULL: none is chosen */
	const char *env_file;       /* the .env that was read; NULL: there is none */
	const char *database;       /* "DATABASE_URL in .env"; NULL where there is none */
	struct names defaulted;     /* variables that are not set, and whose default counts */
	struct names with_password; /* files that hold a password of the URL */
};

struct config {
	const char *file; /* path of migrator.yaml as given */
	struct config_origins origins;
	const char *directory;     /* of that file; "" for the current one */
	const char *environment;   /* the chosen one, or NULL */
	struct names environments; /* all that the file has */
	bool protected;            /* of the environment */
	/* NULL where there is none that can be understood: commands that need it ask
	 * config_database, which says why; others go on */
	struct url *database;
	struct migrate_error database_error; /* its text lives in the arena */
	struct names versions;               /* paths, usable from the current directory */
	const char *version_table,
		*version_table_schema; /* schema: NULL for the server's default */
	bool transaction_per_run;
	long lock_timeout, statement_timeout, lock_wait; /* milliseconds, 0: none */
	long lock_retries;                               /* how often, 0: never */
	const char *file_template, *timezone;
	long truncate_slug_length;
	/* What the migrations should make: the path of SQL, or a shell command that prints it;
	 * NULL. Not both. */
	const char *schema, *schema_command;
	bool drift; /* runs record the schema that they leave */
	/* Where scratch databases are made, instead of beside the database; NULL: there is no such
	 * place, or it cannot be understood, and then scratch_error says why */
	struct url *scratch;
	struct migrate_error scratch_error; /* likewise in the arena */
	const char *script_template;        /* path, or NULL: the built-in one */
	/* Where the URL has no password: a shell command that prints it, or NULL; and what
	 * PGPASSWORD_FILE holds, or NULL, or the error that config_load kept. */
	const char *password_command, *password;
	struct migrate_error password_error;
	struct names hooks; /* commands run after a file was written; {file} is its path */
};

/* The config of a project. A missing file is MIGRATE_E_CONFIG, with `migrate init` as hint. Paths
 * in the file are made relative to its directory; where a value is one ${VAR} and no more, a path
 * from .env is relative to the .env, one from the environment to the current directory, as is that
 * of -d (SQLite paths in the URL too). Without database_url the variable DATABASE_URL is taken. */
bool config_load(struct arena *arena, const struct config_source *source, struct config *config,
	struct migrate_error *error);
/* Behind a config_load that failed: the defaults, and the database of -d, if it is there. What
 * config_load has found out of file and origins stays. */
void config_load_defaults(
	struct arena *arena, const struct config_source *source, struct config *config);
/* The database, or NULL and the error that config_load kept. */
const struct url *config_database(const struct config *config, struct migrate_error *error);

#endif
