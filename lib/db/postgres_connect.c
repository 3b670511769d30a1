/* postgres_connect: from a URL's parts to a connection. Knows libpq's connection options; nothing
 * of tables.
 *
 * Surprising: libpq's asynchronous connecting knows no time-out
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PQCONNECTSTARTPARAMS), and a
 * dead host would keep us from the next one of the list: tcp_user_timeout makes the kernel give up
 * on it, and is taken back once connected. And libpq's messages may hold passwords: none leaves
 * this file before postgres_clean has seen it. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "base/error.h"
#include "db/postgres.h"

enum { DEFAULT_CONNECT_TIMEOUT = 10 * 1000 };

/* Seconds to milliseconds as libpq does: 0 and less is for ever, 1 is 2. */
static long timeout_of(const char *seconds)
{
	long value;

	if (!seconds || !*seconds)
		return DEFAULT_CONNECT_TIMEOUT;
	value = strtol(seconds, NULL, 10);
	if (value <= 0)
		return 0;
	return value == 1 ? 2000 : value > 86400 ? 86400L * 1000 : value * 1000;
}

/* The environment and the service file are libpq's to read, not ours. */
static long default_timeout(struct db *db)
{
	PQconninfoOption *defaults = db->pq.conndefaults();
	long timeout = DEFAULT_CONNECT_TIMEOUT;

	for (PQconninfoOption *option = defaults; option && option->keyword; option++) {
		if (!strcmp(option->keyword, "connect_timeout"))
			timeout = timeout_of(option->val);
		if (!strcmp(option->keyword, "password"))
			postgres_add_secret(db, option->val);
	}
	db->pq.conninfoFree(defaults);
	return timeout;
}

static void add_parameter(struct db *db, size_t *count, const char *keyword, const char *value)
{
	db->keyword[*count] = keyword;
	db->value[(*count)++] = arena_strdup(&db->memory, value);
	db->keyword[*count] = db->value[*count] = NULL;
}

/* Later ones win over the URL's. */
static void copy_parameters(struct db *db, const struct url *url, const char *password)
{
	const char *timeout = url_parameter(url, "connect_timeout");
	size_t count = 0;

	db->keyword = ARENA_ARRAY(&db->memory, url->parameters + 5, const char *);
	db->value = ARENA_ARRAY(&db->memory, url->parameters + 5, const char *);
	for (size_t i = 0; i < url->parameters; i++)
		add_parameter(
			db, &count, arena_strdup(&db->memory, url->keyword[i]), url->value[i]);
	if (password)
		add_parameter(db, &count, "password", password);
	postgres_add_secret(db, password);
	db->connect_timeout = default_timeout(db);
	if (timeout)
		db->connect_timeout = timeout_of(timeout);
	add_parameter(db, &count, "fallback_application_name", db->tool);
	add_parameter(db, &count, "client_encoding", "UTF8");
	if (db->connect_timeout && !url_parameter(url, "tcp_user_timeout"))
		add_parameter(db, &count, "tcp_user_timeout",
			arena_printf(&db->memory, "%ld", db->connect_timeout));
	for (const char **secret = url->secret; secret && *secret; secret++)
		postgres_add_secret(db, *secret);
}

static void copy_settings(struct db *db, const struct db_settings *settings)
{
	db->version_table = arena_strdup(&db->memory, settings->version_table);
	if (settings->version_schema)
		db->version_schema = arena_strdup(&db->memory, settings->version_schema);
	db->tool = arena_strdup(&db->memory, settings->tool);
	db->user = arena_strdup(&db->memory, settings->user);
	db->lock_timeout = settings->lock_timeout;
	db->lock_wait = settings->lock_wait;
	db->statement_timeout = settings->statement_timeout;
	db->access = settings->access;
	db->hooks = settings->hooks;
	db->interrupted = settings->interrupted;
	db->interrupt_fd = settings->interrupt_fd;
	copy_parameters(db, settings->url, settings->password);
}

/* An option has a value that libpq does not know. It looks at most before it begins. */
static bool is_wrong_option(struct db *db, const char *reason)
{
	return (db->pq.socket(db->connection) < 0 && !strncmp(reason, "invalid ", 8)) ||
	       (strstr(reason, "invalid integer value") && strstr(reason, "connection option"));
}

static bool connect_failed(struct db *db, const char *reason, struct migrate_error *error)
{
	const char *host = db->pq.host(db->connection), *port = db->pq.port(db->connection);
	const char *name = db->pq.db(db->connection);
	struct str clean = {0}, where = {0};

	postgres_add_secret(db, db->pq.pass(db->connection));
	str_printf(&where, "database \"%s\"", name && *name ? name : "?");
	if (host && *host)
		str_printf(&where, *host == '/' ? " on socket %s/.s.PGSQL.%s" : " on %s:%s", host,
			port ? port : "?");
	error_set(error, is_wrong_option(db, reason) ? MIGRATE_E_CONFIG : MIGRATE_E_CONNECT,
		"cannot connect to %s", postgres_clean_reason(db, where.text, &clean));
	postgres_clean_reason(db, reason, &clean);
	error_detail(error, "%s", str_text(&clean));
	postgres_connect_hint(str_text(&clean), error);
	str_release(&clean);
	str_release(&where);
	postgres_disconnect(db);
	return false;
}

static size_t hosts(struct db *db)
{
	PQconninfoOption *options = db->pq.conninfo(db->connection);
	size_t count = 1;

	for (PQconninfoOption *option = options; option && option->keyword; option++) {
		bool names = !strcmp(option->keyword, "host") ||
			     !strcmp(option->keyword, "hostaddr");
		size_t here = 1;

		for (const char *at = names ? option->val : NULL; at && *at; at++)
			here += *at == ',';
		count = here > count ? here : count;
	}
	db->pq.conninfoFree(options);
	return count;
}

/* Milliseconds left for poll, -1 for ever. */
static int left_until(int64_t deadline)
{
	int64_t left = deadline ? (deadline - postgres_clock() + 999) / 1000 : -1;

	return left < 0 && deadline ? 0 : (int)left;
}

enum waited { WAITED_READY, WAITED_LATE, WAITED_INTERRUPTED };

static enum waited wait_for_socket(struct db *db, PostgresPollingStatusType wish, int64_t deadline)
{
	struct pollfd fds[2] = {{.fd = db->pq.socket(db->connection),
					.events = wish == PGRES_POLLING_READING ? POLLIN : POLLOUT},
		{.fd = db->cancelled ? -1 : db->interrupt_fd, .events = POLLIN}};
	int ready;

	do
		ready = poll(fds, 2, left_until(deadline));
	while (ready < 0 && errno == EINTR && (db->cancelled || !postgres_is_interrupted(db)));
	/* An interruption that was passed on already is why we connect again: see resolve. */
	if (!db->cancelled && postgres_is_interrupted(db))
		return WAITED_INTERRUPTED;
	return ready ? WAITED_READY : WAITED_LATE;
}

static bool poll_connection(struct db *db, struct migrate_error *error)
{
	PostgresPollingStatusType wish = PGRES_POLLING_WRITING;
	int64_t deadline = 0;

	if (db->connect_timeout)
		deadline = postgres_clock() + db->connect_timeout * 1000 * (int64_t)hosts(db);
	while (wish != PGRES_POLLING_OK && wish != PGRES_POLLING_FAILED) {
		switch (wait_for_socket(db, wish, deadline)) {
		case WAITED_READY: break;
		case WAITED_LATE: return connect_failed(db, "timeout expired", error);
		case WAITED_INTERRUPTED:
			postgres_disconnect(db);
			return postgres_interrupted_error(db, error);
		}
		wish = db->pq.connectPoll(db->connection);
	}
	if (wish == PGRES_POLLING_OK)
		return true;
	return connect_failed(db, db->pq.errorMessage(db->connection), error);
}

/* From now on the kernel may be as patient as it is. */
static void restore_patience(struct db *db)
{
	unsigned none = 0;
	bool ours = false;

	for (size_t i = 0; db->keyword[i]; i++)
		ours = !strcmp(db->keyword[i], "tcp_user_timeout") && !db->keyword[i + 1];
	if (ours && db->tcp)
		setsockopt(db->pq.socket(db->connection), IPPROTO_TCP, TCP_USER_TIMEOUT, &none,
			sizeof none);
}

static bool check_server(struct db *db, struct migrate_error *error)
{
	int version = db->pq.serverVersion(db->connection);

	if (version >= POSTGRES_OLDEST_SERVER)
		return true;
	postgres_disconnect(db);
	error_set(error, MIGRATE_E_CONNECT, "PostgreSQL %d is too old", version / 10000);
	return error_hint(error, "Upgrade the server to PostgreSQL 14 or newer.");
}

void postgres_disconnect(struct db *db)
{
	postgres_watch_end(db, false);
	db->pq.finish(db->connection);
	db->connection = NULL;
	db->locked = db->waiting = db->in_run = db->in_script = db->prepared = db->unread =
		db->looked = db->lost = false;
	db->schema_prepared = false;
	db->schema_reads = 0;
}

/* libpq looks at it only where it does the waiting. */
static bool check_timeout(const struct db *db, struct migrate_error *error)
{
	for (size_t i = 0; db->keyword[i]; i++) {
		char *end;

		if (strcmp(db->keyword[i], "connect_timeout") != 0)
			continue;
		strtol(db->value[i], &end, 10);
		if (end[strspn(end, " ")] == '\0')
			continue;
		error_set(error, MIGRATE_E_CONFIG,
			"connect_timeout is no number of seconds: \"%s\"", db->value[i]);
		return error_hint(error, "Write it as in connect_timeout=10.");
	}
	return true;
}

bool postgres_connect(struct db *db, struct migrate_error *error)
{
	const char *host;

	if (!check_timeout(db, error))
		return false;
	db->connection = db->pq.connectStartParams(db->keyword, (const char *const *)db->value, 0);
	if (!db->connection)
		return error_set(error, MIGRATE_E_CONNECT, "out of memory in libpq");
	if (db->pq.status(db->connection) == CONNECTION_BAD)
		return connect_failed(db, db->pq.errorMessage(db->connection), error);
	if (!poll_connection(db, error))
		return false;
	postgres_add_secret(db, db->pq.pass(db->connection));
	db->backend = db->pq.backendPID(db->connection);
	host = db->pq.host(db->connection);
	db->tcp = host && *host && *host != '/' && *host != '@';
	db->pq.setNoticeReceiver(db->connection, postgres_on_notice, db);
	db->pq.setnonblocking(db->connection, 1);
	restore_patience(db);
	return check_server(db, error);
}

const char *postgres_encryption(struct db *db)
{
	const char *protocol = db->connection ? db->pq.sslAttribute(db->connection, "protocol")
					      : NULL;

	if (!db->tcp)
		return NULL;
	return protocol ? protocol : "none";
}

static bool make_token(struct db *db, struct migrate_error *error)
{
	uint64_t random;

	if (getrandom(&random, sizeof random, 0) != sizeof random)
		return error_set(error, MIGRATE_E_CONNECT, "cannot get random bytes");
	for (int i = 0; i < 16; i++, random >>= 4)
		db->token[i] = "0123456789abcdef"[random & 15];
	return true;
}

bool postgres_open(
	const struct db_settings *settings, struct db **opened, struct migrate_error *error)
{
	struct db *db = memory_resize(NULL, sizeof *db);

	*opened = NULL;
	memset(db, 0, sizeof *db);
	if (postgres_api_load(&db->pq, error)) {
		copy_settings(db, settings);
		if (make_token(db, error) && postgres_connect(db, error)) {
			*opened = db;
			return true;
		}
	}
	postgres_close(db);
	return false;
}

void postgres_close(struct db *db)
{
	if (!db)
		return;
	if (db->connection)
		postgres_disconnect(db);
	arena_release(&db->memory);
	arena_release(&db->run_memory);
	str_release(&db->restore);
	str_release(&db->watch.who);
	str_release(&db->tick.phase);
	free(db);
}
