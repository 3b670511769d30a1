/* postgres_session: other sessions of the server: who they are and what they do.
 *
 * Knows pg_stat_activity, which shows what another role runs only to those who may see it
 * (https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-STATS-VIEWS).
 * Surprising: their statements may hold passwords and people's data, so literals are not shown
 * (scan_show).
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/scan.h"
#include "db/postgres.h"
#include "db/sql.h"
#include "embedded.h"

enum { QUERY_LIMIT = 160, FIRST_COLUMN = 2 };

static const char *keep(struct db *db, struct arena *arena, const char *value)
{
	struct str clean = {0};
	const char *kept;

	if (!value)
		return NULL;
	kept = arena_strdup(arena, postgres_clean(db, value, &clean));
	str_release(&clean);
	return kept;
}

/* A run's message begins with what is ours: it is the script behind it that tells. */
static const char *skip_frame(const char *query)
{
	static const char lock[] = " IN SHARE ROW EXCLUSIVE MODE;\n";
	const char *behind = strstr(query, "SET LOCAL migrate.token") ? strstr(query, lock) : NULL;

	return behind && behind[sizeof lock - 1] ? behind + sizeof lock - 1 : query;
}

static const char *shown_query(struct db *db, struct arena *arena, const char *query)
{
	struct str line = {0};
	const char *kept;

	if (!query || *query == '<') /* <insufficient privilege> */
		return NULL;
	query = skip_frame(query);
	scan_show(SCAN_POSTGRESQL, query, strlen(query), QUERY_LIMIT, &line);
	kept = keep(db, arena, str_text(&line));
	str_release(&line);
	return kept;
}

static int64_t seconds(const char *value)
{
	int64_t number = value ? strtoll(value, NULL, 10) : -1;

	return value && number < 0 ? 0 : number;
}

static struct migrate_session take(
	struct db *db, struct arena *arena, const PGresult *result, int row)
{
	const char *value[10];

	for (int i = 0; i < 10; i++)
		value[i] = postgres_value(db, result, row, i);
	return (struct migrate_session){.pid = value[1] ? atol(value[1]) : 0,
		.user = keep(db, arena, value[2]),
		.application = keep(db, arena, value[3]),
		.client = keep(db, arena, value[4]),
		.connected_at = keep(db, arena, value[5]),
		.state = keep(db, arena, value[6]),
		.state_seconds = seconds(value[7]),
		.transaction_seconds = seconds(value[8]),
		.query = shown_query(db, arena, value[9])};
}

bool postgres_sessions(struct db *db, struct arena *arena, const char *query,
	struct migrate_session **sessions, int **roles, size_t *count, struct migrate_error *error)
{
	const struct sql_value values[] = {{"found", SQL_TEXT, query, 0}};
	struct postgres_answer answer;
	struct str sql = {0};
	bool good;

	*count = 0;
	sql_fill(&sql, embedded_pg_sessions, values, 1);
	good = postgres_query(db, sql.text, &answer, NULL, error);
	str_release(&sql);
	if (!good)
		return false;
	*count = (size_t)db->pq.ntuples(answer.result[0]);
	*sessions = ARENA_ARRAY(arena, *count + 1, struct migrate_session);
	if (roles)
		*roles = ARENA_ARRAY(arena, *count + 1, int);
	for (size_t i = 0; i < *count; i++) {
		const char *role = postgres_value(db, answer.result[0], (int)i, 0);

		(*sessions)[i] = take(db, arena, answer.result[0], (int)i);
		if (roles)
			(*roles)[i] = role ? atoi(role) : 0;
	}
	postgres_answer_clear(db, &answer);
	return true;
}

void postgres_add_blocking(struct str *out, const char *pid)
{
	const struct sql_value values[] = {{"pid", SQL_TEXT, pid, 0}};

	sql_fill(out, embedded_pg_blocking, values, 1);
}

static void add_time(struct str *out, int64_t time)
{
	if (time < 120)
		str_printf(out, "%" PRId64 " s", time);
	else if (time < 120 * 60)
		str_printf(out, "%" PRId64 " min", time / 60);
	else
		str_printf(out, "%" PRId64 " h", time / 3600);
}

void postgres_add_session(struct str *out, const struct migrate_session *session)
{
	/* pg_blocking_pids knows no better of one (functions-info.html). */
	if (!session->pid) {
		str_add(out, "a prepared transaction, see pg_prepared_xacts");
		return;
	}
	str_printf(out, "pid %ld", session->pid);
	if (session->user)
		str_printf(out, ", user %s", session->user);
	if (session->application)
		str_printf(out, ", %s", session->application);
	if (session->client)
		str_printf(out, ", from %s", session->client);
	if (session->state)
		str_printf(out, ", %s", session->state);
	if (session->state && session->state_seconds >= 0) {
		str_add(out, " for ");
		add_time(out, session->state_seconds);
	}
	if (session->transaction_seconds > session->state_seconds + 1) {
		str_add(out, ", in a transaction for ");
		add_time(out, session->transaction_seconds);
	}
	if (session->query)
		str_printf(out, ": %s", session->query);
}
