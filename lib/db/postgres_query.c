/* postgres_query: our own queries, a message each, and their values. Surprising: behind each failed
 * one whatever was open is rolled back, so that no caller has to. */
#include <string.h>

#include "base/error.h"
#include "db/postgres.h"

const char *postgres_value(struct db *db, const PGresult *result, int row, int column)
{
	if (row >= db->pq.ntuples(result) || column >= db->pq.nfields(result) ||
		db->pq.getisnull(result, row, column))
		return NULL;
	return db->pq.getvalue(result, row, column);
}

void postgres_answer_clear(struct db *db, struct postgres_answer *answer)
{
	for (size_t i = 0; i < answer->count; i++)
		db->pq.clear(answer->result[i]);
	answer->count = 0;
}

static bool is_good(ExecStatusType status)
{
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* All results, the first bad one apart. */
static PGresult *collect(struct db *db, struct postgres_answer *answer)
{
	PGresult *result, *bad = NULL;

	while ((result = postgres_next(db))) {
		if (!bad && !is_good(db->pq.resultStatus(result)))
			bad = result;
		else if (!bad && answer->count < POSTGRES_RESULTS)
			answer->result[answer->count++] = result;
		else
			db->pq.clear(result);
	}
	return bad;
}

/* Behind a pooler no session is known to be ours before it has locked the version table. */
static PGresult *send_watched(struct db *db, const char *sql, struct postgres_answer *answer)
{
	bool watched = db->watch.eye != NULL;
	PGresult *bad;

	db->quiet = true;
	if (!db->hasty && !db->pooled)
		postgres_watch_begin(db, NULL, 0);
	bad = postgres_send(db, sql) ? collect(db, answer) : NULL;
	if (!db->hasty && !db->pooled)
		postgres_watch_end(db, watched);
	db->quiet = false;
	return bad;
}

bool postgres_query_failed(
	struct db *db, PGresult *bad, char sqlstate[6], struct migrate_error *error)
{
	const char *state = bad ? db->pq.resultErrorField(bad, PG_DIAG_SQLSTATE) : NULL;

	if (sqlstate && state)
		strncpy(sqlstate, state, 5);
	if (db->cancelled && (!state || !strcmp(state, "57014"))) {
		postgres_interrupted_error(db, error);
	} else if (state && !strcmp(state, "55P03")) {
		postgres_locked_error(db, error);
		postgres_watch_tell(db, error);
	} else {
		postgres_error(db, bad, MIGRATE_E_DATABASE, error);
	}
	db->pq.clear(bad);
	postgres_rollback(db);
	return false;
}

bool postgres_query(struct db *db, const char *sql, struct postgres_answer *answer,
	char sqlstate[6], struct migrate_error *error)
{
	PGresult *bad;

	answer->count = 0;
	if (sqlstate)
		memset(sqlstate, 0, 6);
	if (!db->deaf && postgres_is_interrupted(db))
		return postgres_interrupted_error(db, error);
	bad = send_watched(db, sql, answer);
	if (!bad && !postgres_is_lost(db) && answer->count)
		return true;
	postgres_answer_clear(db, answer);
	return postgres_query_failed(db, bad, sqlstate, error);
}

bool postgres_query_deaf(struct db *db, const char *sql, struct postgres_answer *answer,
	char sqlstate[6], struct migrate_error *error)
{
	bool good;

	db->deaf = true;
	good = postgres_query(db, sql, answer, sqlstate, error);
	db->deaf = db->hurried = false;
	return good;
}

void postgres_rollback(struct db *db)
{
	if (postgres_is_lost(db) || db->pq.transactionStatus(db->connection) == PQTRANS_IDLE)
		return;
	if (postgres_send(db, "ROLLBACK"))
		postgres_drain(db);
}
