/* postgres_inherit: a table gets the parents that it is to have, in their order, once all of them
 * are there.
 *
 * Surprising: the order of parents is that of joining them, so parents behind one that is out of
 * place are left and joined again; and what a table inherits from nobody becomes its own for good
 * (https://www.postgresql.org/docs/current/sql-altertable.html), so meanwhile it inherits from a
 * stand-in that is made like it. */
#include <string.h>

#include "schema/postgres_alter.h"

static bool is_handed_on(const struct made *check)
{
	return check->object->kind == SCHEMA_CHECK &&
	       !strstr(postgres_text(check, "definition"), " NO INHERIT");
}

/* A table has a new parent's checks before it can be its child, and has them as its own then. */
static void add_checks(const struct pair *pair, uint32_t parent)
{
	struct alter *alter = pair->alter;
	const struct schema_list *parts = &alter->new->object[parent].parts;

	for (uint32_t i = 0; i < parts->count; i++) {
		struct made check = postgres_made(&alter->after, parts->item[i]);

		if (!is_handed_on(&check) || schema_find(alter->new, SCHEMA_CHECK, pair->new.index,
						     check.object->name) != SCHEMA_NONE)
			continue;
		alter_impossible(alter, "table %s: its own %s cannot become an inherited one",
			pair->new.object->name, alter_new_name(alter, check.index));
		check.owner = pair->new.object;
		postgres_add_constraint(&check);
	}
}

static void join_parent(const struct pair *pair, const char *name, size_t size)
{
	struct alter *alter = pair->alter;
	uint32_t parent = schema_find(
		alter->new, SCHEMA_TABLE, SCHEMA_NONE, arena_strndup(alter->arena, name, size));

	if (parent != SCHEMA_NONE && !alter_find_listed(alter_was(pair, "inherits"), name, size))
		add_checks(pair, parent);
	str_printf(pair->out, "ALTER TABLE %s INHERIT %.*s;\n", pair->new.object->name, (int)size,
		name);
}

static void join(const struct pair *pair, const char *parents)
{
	for (; parents && *parents; parents = alter_next_listed(parents))
		join_parent(pair, parents, postgres_name_size(parents));
}

/* Behind the parents that are in their places: where the new ones and those in disorder begin.
 * Those that the table is not to have it has left. */
static const char *first_to_join(const struct pair *pair)
{
	const char *was = alter_was(pair, "inherits"), *is = alter_is(pair, "inherits");

	for (; is && *is; is = alter_next_listed(is)) {
		was = alter_find_listed(was, is, postgres_name_size(is));
		if (!was)
			return is;
		was = alter_next_listed(was);
	}
	return is;
}

/* Leaves those of these parents that it has. */
static void leave(const struct pair *pair, const char *parents)
{
	const char *was = alter_was(pair, "inherits");

	for (; *parents; parents = alter_next_listed(parents)) {
		size_t size = postgres_name_size(parents);

		if (alter_find_listed(was, parents, size))
			str_printf(pair->out, "ALTER TABLE %s NO INHERIT %.*s;\n",
				pair->new.object->name, (int)size, parents);
	}
}

static bool has_any(const struct pair *pair, const char *parents)
{
	const char *was = alter_was(pair, "inherits");

	for (; parents && *parents; parents = alter_next_listed(parents))
		if (alter_find_listed(was, parents, postgres_name_size(parents)))
			return true;
	return false;
}

/* A check that is not valid has none that is valid above it, and LIKE makes all of them valid. */
static void add_not_valid(const struct made *table, const struct schema_object *stand_in)
{
	const struct schema *schema = table->ddl->schema;
	const char *parents = postgres_text(table, "inherits");

	for (uint32_t i = 0; i < table->object->parts.count; i++) {
		struct made check = postgres_made(table->ddl, table->object->parts.item[i]);

		if (!is_handed_on(&check) || !postgres_has(&check, "not valid"))
			continue;
		check.owner = stand_in;
		str_printf(check.out, "ALTER TABLE %s DROP CONSTRAINT %s;\n", stand_in->name,
			check.object->name);
		postgres_add_constraint(&check);
	}
	for (; parents && *parents; parents = alter_next_listed(parents)) {
		const char *name = arena_strndup(
			table->ddl->arena, parents, postgres_name_size(parents));
		struct made parent = postgres_made(
			table->ddl, schema_find(schema, SCHEMA_TABLE, SCHEMA_NONE, name));

		add_not_valid(&parent, stand_in);
	}
}

/* In the table's schema, under a name that nothing has. */
static const char *stand_in_name(const struct pair *pair)
{
	const char *name = pair->new.object->name, *dot = name;

	for (bool quoted = false; *dot && (quoted || *dot != '.'); dot++)
		quoted ^= *dot == '"';
	return arena_printf(pair->alter->arena, "%.*s.migrate_parent_%u", (int)(dot - name), name,
		(unsigned)pair->new.index);
}

/* Leaves and joins, and what it inherits stays inherited. */
static void join_again(const struct pair *pair, const char *parents)
{
	struct schema_object stand_in = {.kind = SCHEMA_TABLE, .name = stand_in_name(pair)};
	const char *table = pair->new.object->name;

	str_printf(pair->out,
		"CREATE TABLE %s (LIKE %s INCLUDING CONSTRAINTS INCLUDING GENERATED);\n",
		stand_in.name, table);
	add_not_valid(&pair->new, &stand_in);
	str_printf(pair->out, "ALTER TABLE %s INHERIT %s;\n", table, stand_in.name);
	leave(pair, parents);
	join(pair, parents);
	str_printf(pair->out, "ALTER TABLE %s NO INHERIT %s;\nDROP TABLE %s;\n", table,
		stand_in.name, stand_in.name);
}

void alter_inherit(const struct pair *pair)
{
	const char *parents = first_to_join(pair);

	if (has_any(pair, parents))
		join_again(pair, parents);
	else
		join(pair, parents);
}
