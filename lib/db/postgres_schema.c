/* postgres_schema: what the database holds, read from the catalogue in one message: one snapshot,
 * as many queries whatever there is. Knows the shape of the results (sql/pg_schema_*.sql), not what
 * they say: a column's name is the property that it holds.
 *
 * Surprising: texts are the server's own, so whatever it writes by a setting is set here, and what
 * it would write otherwise once it has read it again is rewritten (postgres_canonical.h). To plan
 * the queries costs the server twice what they do: a session that reads again prepares them. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "db/postgres.h"
#include "db/postgres_canonical.h"
#include "db/postgres_quote.h"
#include "db/sql.h"
#include "embedded.h"
#include "schema/schema.h"

/* Properties of objects come behind the objects, and names behind what they are names of. */
static const char *const query[] = {embedded_pg_schema_schemas, embedded_pg_schema_extensions,
	embedded_pg_schema_types, embedded_pg_schema_sequences, embedded_pg_schema_functions,
	embedded_pg_schema_aggregates, embedded_pg_schema_relations, embedded_pg_schema_columns,
	embedded_pg_schema_defaults, embedded_pg_schema_constraints, embedded_pg_schema_indexes,
	embedded_pg_schema_statistics, embedded_pg_schema_triggers, embedded_pg_schema_rules,
	embedded_pg_schema_policies, embedded_pg_schema_events, embedded_pg_schema_publications,
	embedded_pg_schema_published, embedded_pg_schema_options, embedded_pg_schema_privileges,
	embedded_pg_schema_comments, embedded_pg_schema_aliases, embedded_pg_schema_needs,
	embedded_pg_schema_unsupported};

enum { QUERIES = sizeof query / sizeof *query, BEFORE = 2, VALUES = 6 };

/* The oids of our own tables. */
static void add_ours(const struct db *db, struct str *out)
{
	struct str name = {0};

	str_add(out, "ARRAY[0::oid");
	for (int i = 0; db->schema && i < 2; i++) {
		str_clear(&name);
		postgres_add_text(&name, i ? db->log_name : db->version_name);
		str_printf(out, ", COALESCE(to_regclass(%s)::oid, 0)", name.text);
	}
	str_add(out, "]");
	str_release(&name);
}

/* Each query by itself, or as a prepared statement of which ours is the argument. */
enum form { FORM_PLAIN, FORM_PREPARE, FORM_EXECUTE };

static void add_query(struct str *sql, size_t number, enum form form, const char *ours,
	const struct sql_value *value)
{
	if (form == FORM_PREPARE)
		str_printf(sql, "PREPARE migrate_schema_%zu (oid[]) AS ", number);
	if (form == FORM_EXECUTE)
		str_printf(sql, "EXECUTE migrate_schema_%zu (%s)", number, ours);
	else
		sql_fill(sql, query[number], value, VALUES);
	str_add(sql, ";\n");
}

/* The settings are those of pg_dump, and what a literal is written by. */
static void add_queries(struct db *db, struct str *sql, enum form form)
{
	bool old = db->pq.serverVersion(db->connection) < 150000;
	struct str ours = {0}, relation = {0};

	add_ours(db, &ours);
	struct sql_value values[VALUES] = {
		{"ours", SQL_TEXT, form == FORM_PREPARE ? "$1" : ours.text, 0},
		{"sequence", SQL_TEXT, embedded_pg_schema_sequence, 0},
		{"since_fifteen", SQL_TEXT, old ? "-- " : "", 0},
		{"below_fifteen", SQL_TEXT, old ? "" : "-- ", 0},
		{"options", SQL_TEXT, embedded_pg_schema_with, 0}, {"relation", SQL_TEXT, NULL, 0}};

	sql_fill(&relation, embedded_pg_schema_relation, values, 1);
	values[VALUES - 1].text = relation.text;
	str_add(sql, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n");
	str_add(sql, embedded_pg_schema_settings);
	for (size_t i = 0; i < QUERIES; i++)
		add_query(sql, i, form, ours.text, values);
	str_add(sql, "COMMIT");
	str_release(&ours);
	str_release(&relation);
}

/* A result being read. */
struct reading {
	struct db *db;
	struct schema_builder *builder;
	const PGresult *result;
	struct str text;
};

static const char *value_of(const struct reading *reading, int row, int column)
{
	return postgres_value(reading->db, reading->result, row, column);
}

static const char *title(const struct reading *reading, int column)
{
	const char *name = reading->db->pq.fname(reading->result, column);

	return name ? name : "";
}

/* What a person wrote, a comment, is not SQL. */
static const char *canonical(struct reading *reading, const char *property, const char *text)
{
	if (!text || strstr(property, "comment"))
		return text;
	return postgres_canonical(text, &reading->text);
}

enum { KIND, ID, OWNER, NAME, POSITION, PROPERTIES };

static bool take_object(struct reading *reading, int row, struct migrate_error *error)
{
	const char *position = value_of(reading, row, POSITION);
	struct schema_entry entry = {.id = value_of(reading, row, ID),
		.name = value_of(reading, row, NAME),
		.owner = value_of(reading, row, OWNER),
		.position = position ? (uint32_t)strtoul(position, NULL, 10) : 0};

	if (!schema_kind_find(value_of(reading, row, KIND), &entry.kind))
		return error_set(error, MIGRATE_E_DATABASE, "the catalogue has a %s",
			value_of(reading, row, KIND));
	schema_add(reading->builder, &entry);
	for (int i = PROPERTIES; i < reading->db->pq.nfields(reading->result); i++)
		schema_add_property(reading->builder, title(reading, i),
			canonical(reading, title(reading, i), value_of(reading, row, i)));
	return true;
}

/* Of two columns or three. */
static void take_relation(struct reading *reading, int row)
{
	const char *first = value_of(reading, row, 0), *second = value_of(reading, row, 1);
	const char *kind = title(reading, 1);

	if (!first)
		return;
	if (!strcmp(kind, "needed"))
		schema_add_need(reading->builder, first, second);
	else if (!strcmp(kind, "alias"))
		schema_add_alias(reading->builder, first, second);
	else
		schema_add_property_to(reading->builder, first, second,
			canonical(reading, second, value_of(reading, row, 2)));
}

static void take_unsupported(struct reading *reading, int row)
{
	const char *text = value_of(reading, row, 0);

	if (text)
		schema_add_unsupported(reading->builder, "%s", text);
}

/* Of a column that is not there libpq tells as a notice. */
static bool take_row(struct reading *reading, int row, struct migrate_error *error)
{
	if (!strcmp(title(reading, 0), "kind"))
		return take_object(reading, row, error);
	if (!strcmp(title(reading, 0), "unsupported"))
		take_unsupported(reading, row);
	else
		take_relation(reading, row);
	return true;
}

static bool take_result(struct reading *reading, struct migrate_error *error)
{
	for (int row = 0; row < reading->db->pq.ntuples(reading->result); row++)
		if (!take_row(reading, row, error))
			return false;
	return true;
}

static bool take_answer(struct db *db, struct schema_builder *builder,
	const struct postgres_answer *answer, struct migrate_error *error)
{
	struct reading reading = {.db = db, .builder = builder};
	bool good = answer->count == BEFORE + QUERIES + 1 ||
		    error_set(error, MIGRATE_E_DATABASE, "the server answered the catalogue oddly");

	for (size_t i = 0; good && i < QUERIES; i++) {
		reading.result = answer->result[BEFORE + i];
		good = take_result(&reading, error);
	}
	str_release(&reading.text);
	return good;
}

/* Another session may drop what the snapshot still has, and the server then finds no definition of
 * it: its cache is newer than any snapshot
 * (https://www.postgresql.org/docs/current/functions-info.html). */
static bool ask_in(
	struct db *db, enum form form, struct postgres_answer *answer, struct migrate_error *error)
{
	enum { TRIES = 3 };
	struct str sql = {0};
	bool good = false, race = true;

	add_queries(db, &sql, form);
	for (int attempt = 1; !good && race && attempt <= TRIES; attempt++) {
		struct migrate_error own = {0};
		char sqlstate[6];

		good = postgres_query(db, sql.text, answer, sqlstate, &own);
		race = postgres_is_race(sqlstate);
		if (!good && (!race || attempt == TRIES))
			error_copy(error, &own);
		migrate_error_clear(&own);
	}
	str_release(&sql);
	return good;
}

/* Behind a pooler another session may answer the next time, which has them not. */
static bool prepare(struct db *db)
{
	struct migrate_error ignored = {0};
	struct postgres_answer answer;
	struct str sql = {0};

	if (db->schema_reads++ != 1 || db->pooled)
		return db->schema_prepared;
	add_queries(db, &sql, FORM_PREPARE);
	db->schema_prepared = postgres_query(db, sql.text, &answer, NULL, &ignored);
	if (db->schema_prepared)
		postgres_answer_clear(db, &answer);
	migrate_error_clear(&ignored);
	str_release(&sql);
	return db->schema_prepared;
}

/* A script may have thrown them away: then they are asked as ever. */
static bool ask(struct db *db, struct postgres_answer *answer, struct migrate_error *error)
{
	struct migrate_error ignored = {0};

	if (prepare(db))
		db->schema_prepared = ask_in(db, FORM_EXECUTE, answer, &ignored);
	migrate_error_clear(&ignored);
	return db->schema_prepared || ask_in(db, FORM_PLAIN, answer, error);
}

bool postgres_read_schema(
	struct db *db, struct schema_builder *builder, struct migrate_error *error)
{
	struct postgres_answer answer;
	bool good;

	postgres_enter(db);
	if ((!db->looked && !postgres_look(db, error)) || !ask(db, &answer, error))
		return false;
	good = take_answer(db, builder, &answer, error);
	postgres_answer_clear(db, &answer);
	return good;
}

void postgres_script_rows(
	const struct db_settings *settings, const struct names *rows, struct str *out)
{
	struct str name = {0}, row = {0};

	postgres_add_name(&name, settings->version_schema, settings->version_table);
	const struct sql_value values[] = {{"version", SQL_TEXT, name.text, 0}};

	sql_fill(out, embedded_pg_create_version, values, 1);
	for (uint32_t i = 0; i < rows->count; i++) {
		str_clear(&row);
		postgres_add_text(&row, rows->item[i]);
		str_printf(out, "INSERT INTO %s (version_num) VALUES (%s);\n", name.text, row.text);
	}
	str_release(&name);
	str_release(&row);
}
