/* sqlite_table: the grammar of CREATE TABLE, by https://sqlite.org/lang_createtable.html and what
 * SQLite's own parser takes beyond that.
 *
 * Reads one pass over the tokens; what names in expressions mean is looked up in a second, when all
 * columns are known (sqlite_table_finish.c). Surprising: the name of a constraint stays with the
 * CHECKs that follow it in the same column; DEFERRABLE belongs to the last foreign key of the
 * table, whichever column it stands in. */
#include <string.h>

#include "schema/sqlite_cursor.h"
#include "schema/sqlite_table_parts.h"

struct parser {
	struct sqlite_cursor cursor;
	struct sqlite_table *table;
	uint32_t column_room, constraint_room;
	const char *name;  /* the last CONSTRAINT's */
	bool fresh;        /* and nothing came behind it */
	uint32_t keys;     /* foreign keys so far */
	uint32_t last_key; /* of them, in the list of constraints */
};

static struct sqlite_column *add_column(struct parser *parser)
{
	struct sqlite_table *table = parser->table;

	ARENA_GROW(parser->cursor.arena, table->column, table->column_count, parser->column_room);
	return &table->column[table->column_count++];
}

/* With the name that was given to it. */
static struct sqlite_constraint *add_constraint(
	struct parser *parser, enum schema_kind kind, bool is_inline)
{
	struct sqlite_table *table = parser->table;
	struct sqlite_constraint *constraint;

	ARENA_GROW(parser->cursor.arena, table->constraint, table->constraint_count,
		parser->constraint_room);
	constraint = &table->constraint[table->constraint_count++];
	constraint->kind = kind;
	constraint->is_inline = is_inline;
	constraint->name = parser->fresh || kind == SCHEMA_CHECK ? parser->name : NULL;
	return constraint;
}

static bool take_conflict(struct parser *parser, const char **conflict)
{
	static const char *const actions[] = {"ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"};

	if (!sqlite_take(&parser->cursor, "ON CONFLICT"))
		return true;
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (sqlite_take(&parser->cursor, actions[i])) {
			*conflict = i == 1 ? NULL : actions[i];
			return true;
		}
	return sqlite_cursor_refuse(&parser->cursor);
}

static bool read_inline_key(struct parser *parser, enum schema_kind kind)
{
	struct sqlite_constraint *key = add_constraint(parser, kind, true);
	const struct sqlite_table *table = parser->table;

	key->count = 1;
	key->term = ARENA_NEW(parser->cursor.arena, struct sqlite_term);
	key->term->column = table->column[table->column_count - 1].name;
	if (kind == SCHEMA_PRIMARY_KEY && !sqlite_take(&parser->cursor, "ASC"))
		key->term->descending = sqlite_take(&parser->cursor, "DESC");
	if (!take_conflict(parser, &key->conflict))
		return false;
	if (kind == SCHEMA_PRIMARY_KEY)
		key->autoincrement = sqlite_take(&parser->cursor, "AUTOINCREMENT");
	return true;
}

/* A conflict clause behind it is taken and means nothing. */
static bool read_check(struct parser *parser, bool is_inline)
{
	struct sqlite_constraint *check = add_constraint(parser, SCHEMA_CHECK, is_inline);
	const char *ignored;

	return sqlite_need_group(&parser->cursor, &check->range) &&
	       (is_inline || take_conflict(parser, &ignored));
}

static bool read_action(struct parser *parser, const char **action)
{
	static const char *const actions[] = {
		"NO ACTION", "SET NULL", "SET DEFAULT", "CASCADE", "RESTRICT"};

	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (sqlite_take(&parser->cursor, actions[i])) {
			*action = i ? actions[i] : NULL;
			return true;
		}
	return sqlite_cursor_refuse(&parser->cursor);
}

/* ON INSERT and its action are taken and mean nothing. */
static bool read_reference_options(struct parser *parser, struct sqlite_constraint *key)
{
	const char *ignored;

	for (;;) {
		bool ok;

		if (sqlite_take(&parser->cursor, "MATCH"))
			ok = sqlite_need_name(&parser->cursor, &key->match);
		else if (sqlite_take(&parser->cursor, "ON DELETE"))
			ok = read_action(parser, &key->on_delete);
		else if (sqlite_take(&parser->cursor, "ON UPDATE"))
			ok = read_action(parser, &key->on_update);
		else if (sqlite_take(&parser->cursor, "ON INSERT"))
			ok = read_action(parser, &ignored);
		else
			return true;
		if (!ok)
			return false;
	}
}

static bool read_names(struct parser *parser, const char ***names, uint32_t *count)
{
	uint32_t room = 0;

	*count = 0;
	if (!sqlite_need_symbol(&parser->cursor, "("))
		return false;
	do {
		ARENA_GROW(parser->cursor.arena, *names, *count, room);
		if (!sqlite_need_name(&parser->cursor, &(*names)[(*count)++]))
			return false;
	} while (sqlite_take_symbol(&parser->cursor, ","));
	return sqlite_need_symbol(&parser->cursor, ")");
}

/* Behind REFERENCES. */
static bool read_parent(struct parser *parser, struct sqlite_constraint *key)
{
	parser->keys++;
	parser->last_key = (uint32_t)(key - parser->table->constraint);
	if (!sqlite_need_name(&parser->cursor, &key->parent))
		return false;
	if (sqlite_symbol_is(parser->cursor.at, "(") &&
		!read_names(parser, &key->parent_column, &key->parent_count))
		return false;
	return read_reference_options(parser, key);
}

static bool read_inline_reference(struct parser *parser)
{
	struct sqlite_constraint *key = add_constraint(parser, SCHEMA_FOREIGN_KEY, true);
	const struct sqlite_table *table = parser->table;

	key->count = 1;
	key->term = ARENA_NEW(parser->cursor.arena, struct sqlite_term);
	key->term->column = table->column[table->column_count - 1].name;
	return read_parent(parser, key);
}

static bool at_deferrable(const struct parser *parser)
{
	const struct sqlite_token *at = parser->cursor.at;

	return sqlite_word_is(at, "DEFERRABLE") ||
	       (sqlite_word_is(at, "NOT") && sqlite_word_is(at + 1, "DEFERRABLE"));
}

/* Only DEFERRABLE INITIALLY DEFERRED makes a difference. */
static bool read_deferrable(struct parser *parser)
{
	bool deferrable = !sqlite_take(&parser->cursor, "NOT"), deferred = false;

	if (!sqlite_need(&parser->cursor, "DEFERRABLE"))
		return false;
	if (sqlite_take(&parser->cursor, "INITIALLY")) {
		deferred = sqlite_take(&parser->cursor, "DEFERRED");
		if (!deferred && !sqlite_need(&parser->cursor, "IMMEDIATE"))
			return false;
	}
	if (parser->keys)
		parser->table->constraint[parser->last_key].deferred = deferrable && deferred;
	return true;
}

static bool read_not_null(struct parser *parser, struct sqlite_column *column)
{
	column->not_null = true;
	column->not_null_name = parser->fresh ? parser->name : NULL;
	column->not_null_conflict = NULL;
	return take_conflict(parser, &column->not_null_conflict);
}

/* A bare name is a string: DEFAULT yes is DEFAULT 'yes'. */
static const char *default_name(struct arena *arena, const struct sqlite_token *at)
{
	if (sqlite_word_in(at, "NULL TRUE FALSE CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP"))
		return sqlite_upper(arena, at->text, at->size);
	return sqlite_quoted(arena, at->name, '\'');
}

static bool read_default(struct parser *parser, struct sqlite_column *column)
{
	struct sqlite_cursor *cursor = &parser->cursor;
	struct arena *arena = cursor->arena;
	bool minus = sqlite_symbol_is(cursor->at, "-");

	column->value_range = (struct sqlite_range){0};
	if (sqlite_symbol_is(cursor->at, "("))
		return sqlite_need_group(cursor, &column->value_range);
	if (minus || sqlite_symbol_is(cursor->at, "+"))
		cursor->at++;
	switch (cursor->at->kind) {
	case TOKEN_WORD:
		if (cursor->at->word == WORD_RESERVED && !sqlite_word_is(cursor->at, "NULL"))
			return sqlite_cursor_refuse(cursor);
		/* fall through */
	case TOKEN_NAME: column->value = default_name(arena, cursor->at); break;
	case TOKEN_STRING:
	case TOKEN_NUMBER:
		column->value = arena_strndup(arena, cursor->at->text, cursor->at->size);
		break;
	case TOKEN_SYMBOL:
	case TOKEN_END: return sqlite_cursor_refuse(cursor);
	}
	if (minus)
		column->value = arena_printf(arena, "-%s", column->value);
	cursor->at++;
	return true;
}

static bool read_generated(struct parser *parser, struct sqlite_column *column)
{
	if (!sqlite_need_group(&parser->cursor, &column->generated_range))
		return false;
	column->stored = sqlite_take(&parser->cursor, "STORED");
	if (!column->stored)
		sqlite_take(&parser->cursor, "VIRTUAL");
	return true;
}

static bool read_collate(struct parser *parser, struct sqlite_column *column)
{
	if (!sqlite_need_name(&parser->cursor, &column->collation))
		return false;
	column->collation = sqlite_same(column->collation, "BINARY")
				    ? NULL
				    : sqlite_collation(parser->cursor.arena, column->collation);
	return true;
}

/* One constraint of a column. *found false: there is no more. */
static bool read_column_constraint(struct parser *parser, struct sqlite_column *column, bool *found)
{
	struct sqlite_cursor *cursor = &parser->cursor;

	if (sqlite_take(cursor, "PRIMARY KEY"))
		return read_inline_key(parser, SCHEMA_PRIMARY_KEY);
	if (sqlite_take(cursor, "UNIQUE"))
		return read_inline_key(parser, SCHEMA_UNIQUE);
	if (sqlite_take(cursor, "CHECK"))
		return read_check(parser, true);
	if (sqlite_take(cursor, "REFERENCES"))
		return read_inline_reference(parser);
	if (at_deferrable(parser))
		return read_deferrable(parser);
	if (sqlite_take(cursor, "NOT NULL"))
		return read_not_null(parser, column);
	if (sqlite_take(cursor, "NULL")) {
		const char *ignored;

		return take_conflict(parser, &ignored);
	}
	if (sqlite_take(cursor, "DEFAULT"))
		return read_default(parser, column);
	if (sqlite_take(cursor, "COLLATE"))
		return read_collate(parser, column);
	if (sqlite_take(cursor, "GENERATED ALWAYS AS") || sqlite_take(cursor, "AS"))
		return read_generated(parser, column);
	*found = false;
	return true;
}

static bool take_name(struct parser *parser, bool *found)
{
	*found = sqlite_take(&parser->cursor, "CONSTRAINT");
	parser->fresh |= *found;
	return !*found || sqlite_need_name(&parser->cursor, &parser->name);
}

static bool read_column_constraints(struct parser *parser, struct sqlite_column *column)
{
	bool found = true, named;

	while (found) {
		if (!take_name(parser, &named))
			return false;
		if (named)
			continue;
		if (!read_column_constraint(parser, column, &found))
			return false;
		parser->fresh = false;
	}
	return true;
}

static bool is_type_word(const struct sqlite_token *token)
{
	switch (token->kind) {
	case TOKEN_WORD: return token->word == WORD_NONE || token->word == WORD_SOFT;
	case TOKEN_NAME:
	case TOKEN_STRING: return *token->name || token->size == 2;
	case TOKEN_NUMBER:
	case TOKEN_SYMBOL:
	case TOKEN_END: break;
	}
	return false;
}

static bool read_size(struct sqlite_cursor *cursor)
{
	if (!sqlite_take_symbol(cursor, "+"))
		sqlite_take_symbol(cursor, "-");
	if (cursor->at->kind != TOKEN_NUMBER)
		return sqlite_cursor_refuse(cursor);
	cursor->at++;
	return true;
}

static bool read_type(struct parser *parser, struct sqlite_column *column)
{
	struct sqlite_cursor *cursor = &parser->cursor;
	struct sqlite_range range = {cursor->at, cursor->at};

	while (is_type_word(cursor->at))
		cursor->at++;
	if (cursor->at != range.from && sqlite_take_symbol(cursor, "(") &&
		(!read_size(cursor) || (sqlite_take_symbol(cursor, ",") && !read_size(cursor)) ||
			!sqlite_need_symbol(cursor, ")")))
		return false;
	range.to = cursor->at;
	if (sqlite_type(cursor->arena, range, column))
		return true;
	cursor->problem = arena_printf(
		cursor->arena, "the type of column %s is more than its words", column->name);
	return false;
}

static bool read_column(struct parser *parser)
{
	struct sqlite_column *column = add_column(parser);

	parser->name = NULL;
	parser->fresh = false;
	return sqlite_need_name(&parser->cursor, &column->name) && read_type(parser, column) &&
	       read_column_constraints(parser, column);
}

static bool read_key(struct parser *parser, enum schema_kind kind)
{
	struct sqlite_constraint *key = add_constraint(parser, kind, false);
	struct sqlite_range *range = &key->range;

	if (!sqlite_need_group(&parser->cursor, range))
		return false;
	key->autoincrement = kind == SCHEMA_PRIMARY_KEY && range->to > range->from &&
			     sqlite_word_is(range->to - 1, "AUTOINCREMENT");
	range->to -= key->autoincrement;
	return take_conflict(parser, &key->conflict);
}

static bool read_foreign_key(struct parser *parser)
{
	struct sqlite_constraint *key = add_constraint(parser, SCHEMA_FOREIGN_KEY, false);
	const char **name = NULL;

	if (!read_names(parser, &name, &key->count))
		return false;
	key->term = ARENA_ARRAY(parser->cursor.arena, key->count, struct sqlite_term);
	for (uint32_t i = 0; i < key->count; i++)
		key->term[i].column = name[i];
	if (!sqlite_need(&parser->cursor, "REFERENCES") || !read_parent(parser, key))
		return false;
	return !at_deferrable(parser) || read_deferrable(parser);
}

static bool read_table_constraint(struct parser *parser)
{
	struct sqlite_cursor *cursor = &parser->cursor;
	bool named;

	if (!take_name(parser, &named) || named)
		return named;
	if (sqlite_take(cursor, "PRIMARY KEY"))
		return read_key(parser, SCHEMA_PRIMARY_KEY);
	if (sqlite_take(cursor, "UNIQUE"))
		return read_key(parser, SCHEMA_UNIQUE);
	if (sqlite_take(cursor, "CHECK"))
		return read_check(parser, false);
	return sqlite_need(cursor, "FOREIGN KEY") && read_foreign_key(parser);
}

static bool at_table_constraint(const struct parser *parser)
{
	return sqlite_word_in(parser->cursor.at, "CONSTRAINT PRIMARY UNIQUE CHECK FOREIGN");
}

/* Commas between table constraints may be left out; the first comma does not end the last column's
 * name of a constraint. */
static bool read_table_constraints(struct parser *parser)
{
	parser->fresh = false;
	for (;;) {
		bool is_name = sqlite_word_is(parser->cursor.at, "CONSTRAINT");

		if (!read_table_constraint(parser))
			return false;
		parser->fresh = is_name;
		if (sqlite_take_symbol(&parser->cursor, ",")) {
			parser->name = NULL;
			parser->fresh = false;
		} else if (!at_table_constraint(parser)) {
			return true;
		}
	}
}

static bool read_columns(struct parser *parser)
{
	do {
		if (at_table_constraint(parser))
			return parser->table->column_count ? read_table_constraints(parser)
							   : sqlite_cursor_refuse(&parser->cursor);
		if (!read_column(parser))
			return false;
	} while (sqlite_take_symbol(&parser->cursor, ","));
	return true;
}

static bool read_options(struct parser *parser)
{
	struct sqlite_cursor *cursor = &parser->cursor;
	const char *name;

	if (cursor->at->kind == TOKEN_END || sqlite_symbol_is(cursor->at, ";"))
		return true;
	do {
		if (sqlite_take(cursor, "STRICT")) {
			parser->table->strict = true;
			continue;
		}
		if (!sqlite_need(cursor, "WITHOUT") || !sqlite_need_name(cursor, &name))
			return false;
		if (!sqlite_same(name, "ROWID")) {
			cursor->at--;
			return sqlite_cursor_refuse(cursor);
		}
		parser->table->without_rowid = true;
	} while (sqlite_take_symbol(cursor, ","));
	return true;
}

bool sqlite_table_parse(
	struct arena *arena, const char *sql, struct sqlite_table *table, const char **problem)
{
	struct parser parser = {.table = table};
	struct sqlite_cursor *cursor = &parser.cursor;
	bool ok;

	memset(table, 0, sizeof *table);
	ok = sqlite_cursor_open(cursor, arena, sql) && sqlite_need(cursor, "CREATE") &&
	     sqlite_need_created(cursor, "TABLE", &table->name) &&
	     sqlite_need_symbol(cursor, "(") && read_columns(&parser) &&
	     sqlite_need_symbol(cursor, ")") && read_options(&parser) && sqlite_need_end(cursor) &&
	     sqlite_table_finish(arena, table, &cursor->problem);
	*problem = cursor->problem;
	return ok;
}
