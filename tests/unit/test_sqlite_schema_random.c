/* Tables made at random, from the whole grammar and in every spelling: what is read of them and
 * written again is the same schema, and behaves as the first one does. SCHEMA_SEED=N is another
 * lot, SCHEMA_TABLES=N another number of tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sqlite_schema.h"

enum { COLUMNS = 5 };

struct maker {
	uint64_t state;
	struct str out;
	int columns;  /* known so far */
	int order[8]; /* of names in this table */
	bool strict;
	const char *
		conflict; /* "" or one for the whole table, for which comes first is nobody's say */
};

static const char *const names[] = {"a", "Bee", "c d", "key", "select", "e\"f", "like", "x1"};

static uint32_t roll(struct maker *maker, uint32_t sides)
{
	maker->state = maker->state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(maker->state >> 33) % sides;
}

#define PICK(maker, list) list[roll(maker, sizeof(list) / sizeof *(list))]

static char lower_case(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte;
}

static void add(struct maker *maker, const char *text)
{
	str_add(&maker->out, text);
}

/* What may stand between two tokens. */
static void gap(struct maker *maker)
{
	static const char *const gaps[] = {
		" ", " ", " ", "  ", "\n\t", "/* , ( ' */", " -- \" )\n"};

	add(maker, PICK(maker, gaps));
}

static void word(struct maker *maker, const char *text)
{
	uint32_t style = roll(maker, 3);

	gap(maker);
	for (; *text; text++) {
		char byte = *text;

		if (style == 1 || (style == 2 && roll(maker, 2)))
			byte = lower_case(byte);
		str_add_char(&maker->out, byte);
	}
}

static void quoted(struct maker *maker, const char *name)
{
	static const char opens[] = "\"`[", closes[] = "\"`]";
	uint32_t style = roll(maker, strchr(name, '"') ? 1 : 3);

	str_add_char(&maker->out, opens[style]);
	for (; *name; name++) {
		if (*name == closes[style])
			str_add_char(&maker->out, *name);
		str_add_char(&maker->out, roll(maker, 4) ? *name : lower_case(*name));
	}
	str_add_char(&maker->out, closes[style]);
}

static void column_name(struct maker *maker, int column)
{
	const char *name = names[maker->order[column]];

	gap(maker);
	if (maker->order[column] < 2 && roll(maker, 2))
		add(maker, name);
	else
		quoted(maker, name);
}

static void literal(struct maker *maker)
{
	static const char *const literals[] = {"1", "-2", "3.5", "0x1F", "1e2", ".5", "'x'",
		"'it''s'", "''", "x'00ff'", "NULL", "true", "False", "-1.5e-3"};

	gap(maker);
	add(maker, PICK(maker, literals));
}

static void expression(struct maker *maker, int depth);

static void operand(struct maker *maker, int depth)
{
	switch (roll(maker, depth > 0 ? 8 : 3)) {
	case 0: literal(maker); return;
	case 1:
	case 2:
		if (maker->columns)
			column_name(maker, (int)roll(maker, (uint32_t)maker->columns));
		else
			literal(maker);
		return;
	case 3:
		add(maker, " - ");
		operand(maker, depth - 1);
		return;
	case 4:
		word(maker, "COALESCE");
		add(maker, "(");
		expression(maker, depth - 1);
		add(maker, ",");
		expression(maker, depth - 1);
		add(maker, ")");
		return;
	case 5:
		word(maker, "CAST");
		add(maker, "(");
		expression(maker, depth - 1);
		word(maker, "AS");
		word(maker, roll(maker, 2) ? "TEXT" : "INTEGER");
		add(maker, " )");
		return;
	case 6:
		word(maker, "CASE WHEN");
		expression(maker, depth - 1);
		word(maker, "THEN");
		expression(maker, depth - 1);
		word(maker, "ELSE");
		expression(maker, depth - 1);
		word(maker, "END");
		return;
	case 7:
		add(maker, "(");
		expression(maker, depth - 1);
		add(maker, ")");
		return;
	}
}

static void expression(struct maker *maker, int depth)
{
	static const char *const operators[] = {"+", "-", "*", "||", "=", "==", "<>",
		"!=", "<=", ">", "<<", "&", "|", "AND", "OR", "IS", "IS NOT", "LIKE", "NOT LIKE",
		"GLOB"};

	switch (roll(maker, depth > 0 ? 7 : 1)) {
	case 0:
	case 1: operand(maker, depth - 1); return;
	case 2:
		word(maker, "NOT ");
		operand(maker, depth - 1);
		return;
	case 3:
		operand(maker, depth - 1);
		word(maker, roll(maker, 2) ? "ISNULL" : "IS NOT NULL");
		return;
	case 4:
		operand(maker, depth - 1);
		word(maker, roll(maker, 2) ? "NOT IN (" : "IN (");
		literal(maker);
		add(maker, ",\"no column\"");
		add(maker, ")");
		return;
	case 5:
		operand(maker, depth - 1);
		word(maker, "COLLATE NOCASE <");
		operand(maker, depth - 1);
		return;
	case 6:
		operand(maker, depth - 1);
		word(maker, PICK(maker, operators));
		gap(maker);
		operand(maker, depth - 1);
		return;
	}
}

static void group(struct maker *maker, int depth)
{
	gap(maker);
	add(maker, "(");
	expression(maker, depth);
	add(maker, ")");
}

static void conflict(struct maker *maker)
{
	if (*maker->conflict) {
		word(maker, "ON CONFLICT ");
		word(maker, maker->conflict);
	}
}

static void constraint_name(struct maker *maker)
{
	static const char *const constraint_names[] = {"n1", "\"n 2\"", "'n3'", "[primary]"};

	if (roll(maker, 4))
		return;
	word(maker, "CONSTRAINT ");
	add(maker, PICK(maker, constraint_names));
}

static void type(struct maker *maker)
{
	static const char *const types[] = {"INTEGER", "integer", "INT", "TEXT", "VARCHAR(10)",
		"Decimal ( 5 , -2 )", "DOUBLE\nPRECISION", "", "BLOB", "\"odd type\"", "[INTEGER]",
		"'x'", "\"(\""};
	static const char *const strict[] = {"INTEGER", "int", "TEXT", "REAL", "BLOB", "any"};

	gap(maker);
	add(maker, maker->strict ? PICK(maker, strict) : PICK(maker, types));
	add(maker, " ");
}

static void default_value(struct maker *maker)
{
	static const char *const values[] = {"5", "-5", "+ 5.5", "'a'", "word", "\"two words\"",
		"NULL", "true", "x'0102'", "(1)", "('b')", "((1+2))", "(lower('ABC')||'d')", "key",
		"[if]", "( - 3 )", "(NULL)"};

	word(maker, "DEFAULT ");
	add(maker, PICK(maker, values));
}

static void reference(struct maker *maker)
{
	word(maker, "REFERENCES");
	gap(maker);
	str_printf(&maker->out, roll(maker, 2) ? "t%u" : "\"T%u\"", roll(maker, 9));
}

static void reference_end(struct maker *maker)
{
	static const char *const options[] = {"ON DELETE CASCADE", "ON UPDATE SET NULL",
		"ON DELETE NO ACTION", "MATCH FULL", "ON UPDATE RESTRICT ON DELETE SET DEFAULT",
		"DEFERRABLE", "NOT DEFERRABLE INITIALLY IMMEDIATE", "DEFERRABLE INITIALLY DEFERRED",
		"MATCH simple DEFERRABLE INITIALLY DEFERRED"};

	if (roll(maker, 2))
		word(maker, PICK(maker, options));
}

static void column_constraint(struct maker *maker)
{
	constraint_name(maker);
	switch (roll(maker, 7)) {
	case 0:
		word(maker, "NOT NULL");
		conflict(maker);
		return;
	case 1:
		word(maker, "UNIQUE");
		conflict(maker);
		return;
	case 2:
		word(maker, "CHECK");
		group(maker, 3);
		return;
	case 3: default_value(maker); return;
	case 4: word(maker, roll(maker, 2) ? "COLLATE NOCASE" : "COLLATE \"BINARY\""); return;
	case 5:
		reference(maker);
		if (roll(maker, 2))
			add(maker, "([a])");
		reference_end(maker);
		return;
	case 6: word(maker, "NULL"); return;
	}
}

static void primary_key(struct maker *maker)
{
	static const char *const ends[] = {"", "", " ASC", " DESC"};

	constraint_name(maker);
	word(maker, "PRIMARY KEY");
	add(maker, PICK(maker, ends));
	conflict(maker);
	if (!roll(maker, 3))
		word(maker, "AUTOINCREMENT");
}

static void column(struct maker *maker, int number, bool has_key)
{
	column_name(maker, number);
	type(maker);
	if (has_key)
		primary_key(maker);
	for (uint32_t i = roll(maker, 4); i; i--)
		column_constraint(maker);
	if (number && !has_key && !roll(maker, 4)) {
		word(maker, roll(maker, 2) ? "GENERATED ALWAYS AS" : "AS");
		maker->columns--;
		group(maker, 2);
		maker->columns++;
		word(maker, roll(maker, 2) ? "STORED" : "VIRTUAL");
	}
}

static void column_list(struct maker *maker, bool terms)
{
	static const char *const ends[] = {
		"", "", " DESC", " COLLATE nocase", " COLLATE BINARY asc"};
	uint32_t count = 1 + roll(maker, 2), first = roll(maker, (uint32_t)maker->columns);

	add(maker, "(");
	for (uint32_t i = 0; i < count && i < (uint32_t)maker->columns; i++) {
		add(maker, i ? "," : "");
		column_name(maker, (int)((first + i) % (uint32_t)maker->columns));
		add(maker, terms ? PICK(maker, ends) : "");
	}
	add(maker, ")");
}

static void table_constraint(struct maker *maker)
{
	constraint_name(maker);
	switch (roll(maker, 3)) {
	case 0:
		word(maker, "UNIQUE");
		column_list(maker, true);
		conflict(maker);
		return;
	case 1:
		word(maker, "CHECK");
		group(maker, 4);
		return;
	case 2:
		word(maker, "FOREIGN KEY");
		column_list(maker, false);
		reference(maker);
		reference_end(maker);
		return;
	}
}

static void shuffle(struct maker *maker)
{
	for (int i = 0; i < 8; i++)
		maker->order[i] = i;
	for (uint32_t i = 7; i; i--) {
		uint32_t k = roll(maker, i + 1);
		int swapped = maker->order[i];

		maker->order[i] = maker->order[k];
		maker->order[k] = swapped;
	}
}

static void options(struct maker *maker, bool without_rowid)
{
	if (maker->strict)
		word(maker, "STRICT");
	if (maker->strict && without_rowid)
		add(maker, ",");
	if (without_rowid)
		word(maker, "WITHOUT ROWID");
	add(maker, ";");
}

static const char *make_table(struct maker *maker, uint32_t number)
{
	static const char *const conflicts[] = {"", "", "ABORT", "IGNORE", "REPLACE", "FAIL"};
	int count = 1 + (int)roll(maker, COLUMNS), key = (int)roll(maker, (uint32_t)count * 2);
	bool without_rowid = !roll(maker, 4), apart = roll(maker, 2);

	str_clear(&maker->out);
	shuffle(maker);
	maker->strict = !roll(maker, 4);
	maker->conflict = PICK(maker, conflicts);
	str_printf(&maker->out, "CREATE TABLE t%u (", number);
	for (maker->columns = 1; maker->columns <= count; maker->columns++) {
		add(maker, maker->columns > 1 ? "," : "");
		column(maker, maker->columns - 1, !apart && key == maker->columns - 1);
	}
	maker->columns = count;
	if (apart && key < count) {
		add(maker, ",");
		constraint_name(maker);
		word(maker, "PRIMARY KEY");
		column_list(maker, true);
		conflict(maker);
	}
	for (uint32_t i = roll(maker, 3); i; i--) {
		add(maker, ",");
		table_constraint(maker);
	}
	add(maker, ")");
	options(maker, without_rowid);
	return str_text(&maker->out);
}

static const char *make_index(struct maker *maker, uint32_t number, uint32_t table)
{
	str_clear(&maker->out);
	word(maker, "CREATE INDEX ");
	str_printf(&maker->out, "i%u ON t%u ", number, table);
	if (roll(maker, 2)) {
		column_list(maker, true);
	} else {
		add(maker, "(");
		group(maker, 3);
		add(maker, roll(maker, 2) ? "" : " COLLATE nocase DESC");
		add(maker, ")");
	}
	if (!roll(maker, 3)) {
		word(maker, "WHERE");
		expression(maker, 3);
	}
	return str_text(&maker->out);
}

static int compare_texts(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* A table's rows in an order that no index decides. */
static void add_rows(struct fixture *f, uint32_t table, struct str *out)
{
	char *rows = arena_strdup(
		&f->arena, query(f, arena_printf(&f->arena, "SELECT * FROM t%u", table)));
	char *row[64];
	size_t count = 0;

	for (char *at = strtok(rows, ";"); at && count < 64; at = strtok(NULL, ";"))
		row[count++] = at;
	qsort(row, count, sizeof *row, compare_texts);
	str_printf(out, "\nt%u:", table);
	for (size_t i = 0; i < count; i++)
		str_printf(out, " %s;", row[i]);
	str_add_char(out, '\n');
}

/* Rows into every table: as many columns as it takes, whatever they are. */
static const char *insert_rows(struct fixture *f, struct maker *maker, uint32_t tables)
{
	static const char *const values[] = {
		"NULL", "0", "1", "1", "2", "-3", "'x'", "'X'", "1.5", "''", "x'00'"};
	struct str outcome = {0};
	const char *kept;

	for (uint32_t i = 0; i < tables * 6; i++) {
		const char *count = query(
			f, arena_printf(&f->arena, "SELECT count(*) FROM pragma_table_info('t%u')",
				   i / 6));
		int columns = atoi(count);

		str_clear(&maker->out);
		str_printf(&maker->out, "INSERT INTO t%u VALUES (", i / 6);
		for (int k = 0; k < columns; k++)
			str_printf(&maker->out, "%s%s", k ? "," : "", PICK(maker, values));
		add(maker, ")");
		if (i % 6 == 0) {
			str_clear(&maker->out);
			str_printf(&maker->out, "INSERT INTO t%u DEFAULT VALUES", i / 6);
		}
		query(f, str_text(&maker->out));
		str_printf(&outcome, "%d ", f->api.extended_errcode(f->other) & 0xff);
		if (i % 6 == 5)
			add_rows(f, i / 6, &outcome);
	}
	kept = arena_strdup(&f->arena, str_text(&outcome));
	str_release(&outcome);
	return kept;
}

/* The tables that SQLite takes; it refuses two keys, or AUTOINCREMENT where it cannot be. */
static const char *make_schema(struct fixture *f, struct maker *maker, uint32_t tables)
{
	struct str all = {0};
	uint32_t made = 0, indexes = 0;
	const char *kept;

	fresh(f);
	for (uint32_t tries = 0; made < tables && tries < tables * 4; tries++) {
		const char *sql = make_table(maker, made);

		if (strstr(query(f, sql), "error: "))
			continue;
		str_printf(&all, "%s\n", sql);
		made++;
		sql = make_index(maker, indexes, made - 1);
		if (strstr(query(f, sql), "error: "))
			continue;
		str_printf(&all, "%s;\n", sql);
		indexes++;
	}
	assert_int_equal(tables, made);
	assert_true(indexes > tables / 4);
	kept = arena_strdup(&f->arena, str_text(&all));
	str_release(&all);
	return kept;
}

static uint32_t setting(const char *name, uint32_t otherwise)
{
	return getenv(name) ? (uint32_t)strtoul(getenv(name), NULL, 10) : otherwise;
}

static void a_random_schema_comes_back_and_behaves(void **state)
{
	struct fixture *f = *state;
	uint32_t seed = setting("SCHEMA_SEED", 1), left = setting("SCHEMA_TABLES", 500);

	for (; left; left -= left < 50 ? left : 50, seed++) {
		struct maker maker = {.state = seed};
		uint32_t tables = left < 50 ? left : 50;
		const char *sql = make_schema(f, &maker, tables), *before;
		struct schema schema = read_schema(f);
		uint64_t rows = maker.state;

		if (schema.unsupported_count) {
			fprintf(stderr, "%s\n%s", sql,
				strstr(show_schema(f, &schema), "unsupported"));
			fail_msg("seed %u", seed);
		}
		before = insert_rows(f, &maker, tables);
		round_trip(f, sql);
		maker.state = rows;
		assert_same_text(before, insert_rows(f, &maker, tables));
		str_release(&maker.out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_random_schema_comes_back_and_behaves, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
