/* url_option: what stands behind the `?`. Knows libpq's keywords
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS) and the options
 * that applications give to their drivers and pools, which say nothing about which database is
 * meant. Surprising: an unknown option is refused, for it may have said just that. */
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "core/url_reader.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const keywords[] = {"application_name", "channel_binding", "client_encoding",
	"connect_timeout", "dbname", "fallback_application_name", "gssdelegation", "gssencmode",
	"gsslib", "host", "hostaddr", "keepalives", "keepalives_count", "keepalives_idle",
	"keepalives_interval", "krbsrvname", "load_balance_hosts", "max_protocol_version",
	"min_protocol_version", "oauth_client_id", "oauth_client_secret", "oauth_issuer",
	"oauth_scope", "options", "passfile", "password", "port", "replication", "require_auth",
	"requirepeer", "scram_client_key", "scram_server_key", "service", "servicefile",
	"ssl_max_protocol_version", "ssl_min_protocol_version", "sslcert", "sslcertmode",
	"sslcompression", "sslcrl", "sslcrldir", "sslkey", "sslkeylogfile", "sslmode",
	"sslnegotiation", "sslpassword", "sslrootcert", "sslsni", "target_session_attrs",
	"tcp_user_timeout", "user"};

static const char *const secrets[] = {
	"oauth_client_secret", "password", "scram_client_key", "scram_server_key", "sslpassword"};

/* Of pools, of asyncpg, psycopg, SQLAlchemy, Prisma, pgx, Rails and Django. */
static const char *const ignored[] = {"async_fallback", "binary_parameters", "charset",
	"checkout_timeout", "command_timeout", "conn_health_checks", "conn_max_age",
	"connection_limit", "default_query_exec_mode", "description_cache_capacity", "echo",
	"echo_pool", "encoding", "idle_timeout", "max_cacheable_statement_size",
	"max_cached_statement_lifetime", "max_inactive_connection_lifetime", "max_lifetime",
	"max_overflow", "max_queries", "max_size", "max_waiting", "min_size", "pgbouncer", "pool",
	"pool_health_check_period", "pool_max_conn_idle_time", "pool_max_conn_lifetime",
	"pool_max_conns", "pool_min_conns", "pool_pre_ping", "pool_recycle", "pool_reset_on_return",
	"pool_size", "pool_timeout", "pool_use_lifo", "prepare_threshold",
	"prepared_statement_cache_size", "prepared_statement_name_func", "prepared_statements",
	"reaping_frequency", "server_settings", "socket_timeout", "statement_cache_capacity",
	"statement_cache_size", "timeout"};

static const char *const sqlite_ignored[] = {"autocommit", "busy_timeout", "cache",
	"cached_statements", "check_same_thread", "detect_types", "factory", "foreign_keys",
	"immutable", "isolation_level", "journal_mode", "mode", "modeof", "nolock", "psow",
	"synchronous", "uri", "vfs"};

static const char *find(const char *name, const char *const *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(name, table[i]))
			return table[i];
	return NULL;
}

static bool is_one_of(const char *value, const char *const *table, size_t count)
{
	while (count)
		if (!strcasecmp(value, table[--count]))
			return true;
	return false;
}

static bool is_true(const char *value)
{
	static const char *const words[] = {"true", "1", "on", "yes"};

	return is_one_of(value, words, COUNT(words));
}

static bool read_ssl(struct url_reader *reader, const char *value)
{
	static const char *const off[] = {"false", "0", "off", "no"};
	static const char *const modes[] = {
		"disable", "allow", "prefer", "require", "verify-ca", "verify-full"};

	if (is_true(value))
		reader->sslmode = "require";
	else if (is_one_of(value, off, COUNT(off)))
		reader->sslmode = "disable";
	else
		reader->sslmode = find(value, modes, COUNT(modes));
	if (reader->sslmode)
		return true;
	error_set(reader->error, MIGRATE_E_URL,
		"the database URL has an invalid value of the option \"ssl\"");
	return error_hint(reader->error,
		"It is true, false or one of libpq's values of sslmode: "
		"disable, allow, prefer, require, verify-ca, verify-full.");
}

/* The name may be quoted only where no @ follows: `u:pa?ss@host` makes an option of a password. */
static bool unknown(struct url_reader *reader, const char *name, struct span query,
	const char *const *known, size_t count)
{
	const char *nearest;

	if (span_count(query, '@') || strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
						   "UVWXYZ0123456789_-.") < strlen(name)) {
		error_set(reader->error, MIGRATE_E_URL, "the database URL has an unknown option");
		return error_hint(reader->error, "In user, password and database percent-encode @ "
						 "as %%40, / as %%2F and ? as %%3F.");
	}
	error_set(reader->error, MIGRATE_E_URL, "the database URL has the unknown option \"%s\"",
		name);
	nearest = nearest_name(name, known, count);
	if (nearest)
		return error_hint(reader->error, "Did you mean \"%s\"?", nearest);
	if (reader->url->dialect == URL_SQLITE)
		return error_hint(reader->error, "Leave it out: no option is needed here.");
	return error_hint(reader->error, "Leave it out, or write a setting of the server as "
					 "options=-csearch_path%%3Dmyapp.");
}

static bool check_ports(struct url_reader *reader, const char *value)
{
	struct span rest = {value, strlen(value)};

	while (rest.size)
		if (!url_port_is_valid(span_cut(&rest, ',')))
			return error_set(reader->error, MIGRATE_E_URL,
				"the database URL has an invalid port");
	return true;
}

static bool read_postgresql_option(struct url_reader *reader, const char *name, const char *value,
	struct span raw, struct span query)
{
	const char *keyword = find(name, keywords, COUNT(keywords));

	if (!strcmp(name, "ssl"))
		return read_ssl(reader, value);
	if (!strcmp(name, "database")) /* asyncpg */
		keyword = "dbname";
	if (!keyword)
		return find(name, ignored, COUNT(ignored)) ||
		       unknown(reader, name, query, keywords, COUNT(keywords));
	if (!strcmp(keyword, "host"))
		return url_add_query_host(reader, value);
	if (!strcmp(keyword, "port") && !check_ports(reader, value))
		return false;
	if (find(keyword, secrets, COUNT(secrets)))
		url_keep_secret(reader, raw, value);
	url_keep(reader, keyword, value);
	return true;
}

static bool read_mode(struct url_reader *reader, const char *value)
{
	static const char *const modes[] = {
		[URL_CREATE] = "rwc", [URL_WRITE] = "rw", [URL_READ] = "ro"};
	const char *const *found = modes;

	reader->is_memory = !strcmp(value, "memory");
	if (reader->is_memory)
		return true;
	while (found < modes + COUNT(modes) && strcmp(value, *found) != 0)
		found++;
	if (found == modes + COUNT(modes)) {
		error_set(reader->error, MIGRATE_E_URL,
			"the database URL has an invalid value of the option \"mode\"");
		return error_hint(reader->error, "It is ro, rw, rwc or memory.");
	}
	if (reader->url->access < (enum url_access)(found - modes))
		reader->url->access = (enum url_access)(found - modes);
	return true;
}

/* An underscore in front is the habit of Go's drivers: _foreign_keys, _pragma, ... */
static bool read_sqlite_option(
	struct url_reader *reader, const char *name, const char *value, struct span query)
{
	if (!strcmp(name, "uri"))
		reader->is_uri = is_true(value);
	if (!strcmp(name, "mode"))
		return read_mode(reader, value);
	if (!strcmp(name, "immutable") && is_true(value))
		reader->url->access = URL_READ;
	return name[0] == '_' || find(name, sqlite_ignored, COUNT(sqlite_ignored)) ||
	       find(name, ignored, COUNT(ignored)) ||
	       unknown(reader, name, query, sqlite_ignored, COUNT(sqlite_ignored));
}

static bool read_option(struct url_reader *reader, struct span raw, struct span query)
{
	bool has_value = span_count(raw, '=') > 0;
	struct span raw_name = span_cut(&raw, '=');
	const char *name = url_decode(reader, raw_name), *value;

	value = name ? url_decode(reader, raw) : NULL;
	if (!value)
		return false;
	if (!has_value) {
		error_set(reader->error, MIGRATE_E_URL,
			"the database URL has an option without a value");
		return error_hint(reader->error,
			"Options are written as name=value; a ? in a password as %%3F.");
	}
	switch (reader->url->dialect) {
	case URL_SQLITE: return read_sqlite_option(reader, name, value, query);
	case URL_POSTGRESQL: return read_postgresql_option(reader, name, value, raw, query);
	}
	return false;
}

bool url_read_options(struct url_reader *reader, struct span query)
{
	struct span rest = query;

	while (rest.size) {
		struct span option = span_cut(&rest, '&');

		if (option.size && !read_option(reader, option, query))
			return false;
	}
	if (reader->sslmode && !url_parameter(reader->url, "sslmode"))
		url_keep(reader, "sslmode", reader->sslmode);
	return true;
}
