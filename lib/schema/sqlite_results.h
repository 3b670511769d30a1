/* sqlite_results: the columns of queries that are named after their own text. Pure. */
#ifndef MIGRATE_SCHEMA_SQLITE_RESULTS_H
#define MIGRATE_SCHEMA_SQLITE_RESULTS_H

#include "schema/sqlite_token.h"

/* By token of the range. */
struct sqlite_results {
	struct sqlite_range range;
	bool *begins;      /* such a column begins here */
	const char **ends; /* one ends here: its name */
};

/* outer: also of the query that the range itself is. */
void sqlite_results_find(
	struct arena *arena, struct sqlite_range range, bool outer, struct sqlite_results *results);

#endif
