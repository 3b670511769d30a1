/* postgres_subject: what a statement that stands outside a transaction is about. Pure. */
#ifndef MIGRATE_DB_POSTGRES_SUBJECT_H
#define MIGRATE_DB_POSTGRES_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum postgres_subject_kind {
	SUBJECT_OTHER,
	SUBJECT_CREATE_INDEX, /* CONCURRENTLY, as the other two */
	SUBJECT_DROP_INDEX,
	SUBJECT_DETACH,
	SUBJECT_REINDEX, /* with CONCURRENTLY or without */
	SUBJECT_CREATE_DATABASE,
	SUBJECT_DROP_DATABASE,
	SUBJECT_CREATE_TABLESPACE,
	SUBJECT_DROP_TABLESPACE,
	SUBJECT_REPEATABLE, /* does no harm a second time */
	SUBJECT_PROCEDURE,  /* may commit half way */
};

enum postgres_reindex { REINDEX_INDEX, REINDEX_TABLE, REINDEX_SCHEMA, REINDEX_ALL };

struct postgres_subject {
	enum postgres_subject_kind kind;
	enum postgres_reindex reindex;
	bool tolerant; /* IF NOT EXISTS */
	/* Names as SQL writes them, "s"."n" or s.n; NULL where there is none */
	const char *name, *table, *partition;
};

struct postgres_subject postgres_subject(struct arena *arena, const char *sql, size_t size);

#endif
