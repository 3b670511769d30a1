/* postgres_identity: identity columns: added, altered, and their sequences renamed. One that is
 * gone is so early, to leave the sequence's name free (postgres_drop.c). */
#include <string.h>

#include "schema/postgres_alter.h"

/* The numbers that a table had before it had an identity column go on where they ended. */
static void go_on(const struct pair *pair)
{
	if (alter_is(pair, "identity increment") || alter_is(pair, "identity minvalue") ||
		alter_is(pair, "identity maxvalue") || alter_is(pair, "identity start"))
		return;
	str_printf(pair->out,
		"SELECT pg_catalog.setval('%s', pg_catalog.max(%s)) FROM %s"
		" HAVING pg_catalog.max(%s) > 0;\n",
		alter_is(pair, "identity sequence"), pair->new.object->name, pair->new.owner->name,
		pair->new.object->name);
}

static void add_identity(const struct pair *pair)
{
	str_printf(pair->out, "ALTER TABLE %s ALTER COLUMN %s ADD", pair->new.owner->name,
		pair->new.object->name);
	postgres_add_identity(&pair->new);
	str_add(pair->out, ";\n");
	if (!strchr(alter_is(pair, "identity sequence"), '\''))
		go_on(pair);
}

/* The last name of a.b, which may be quoted. */
static const char *last_name(const char *name)
{
	const char *last = name;

	for (bool quoted = false; *name; name++) {
		quoted ^= *name == '"';
		if (*name == '.' && !quoted)
			last = name + 1;
	}
	return last;
}

static void add_number(
	const struct pair *pair, const char *property, const char *words, const char *usual)
{
	const char *is = alter_is(pair, property);

	if (alter_differs(pair, property))
		str_printf(pair->out, " SET %s%s", is ? words : usual, is ? is : "");
}

static const char *usual_start(const struct pair *pair)
{
	const char *step = alter_is(pair, "identity increment");
	bool down = step && *step == '-';
	const char *bound = alter_is(pair, down ? "identity maxvalue" : "identity minvalue");

	return bound ? bound : down ? "-1" : "1";
}

static void set_identity(const struct pair *pair)
{
	const char *start = arena_printf(pair->alter->arena, "START WITH %s", usual_start(pair));
	const char *cycle = alter_is(pair, "identity cycle") ? "CYCLE" : "NO CYCLE";

	str_printf(pair->out, "ALTER TABLE %s ALTER COLUMN %s SET GENERATED %s",
		pair->new.owner->name, pair->new.object->name, alter_is(pair, "identity"));
	add_number(pair, "identity increment", "INCREMENT BY ", "INCREMENT BY 1");
	add_number(pair, "identity minvalue", "MINVALUE ", "NO MINVALUE");
	add_number(pair, "identity maxvalue", "MAXVALUE ", "NO MAXVALUE");
	add_number(pair, "identity start", "START WITH ", start);
	add_number(pair, "identity cache", "CACHE ", "CACHE 1");
	if (alter_differs(pair, "identity cycle"))
		str_printf(pair->out, " SET %s", cycle);
	str_add(pair->out, ";\n");
}

static void rename_identity(const struct pair *pair)
{
	const char *name = alter_is(pair, "identity sequence");

	if (alter_differs(pair, "identity sequence"))
		str_printf(pair->out, "ALTER SEQUENCE %s RENAME TO %s;\n",
			alter_was(pair, "identity sequence"), last_name(name));
}

static bool has_other_identity(const struct pair *pair)
{
	const struct schema_object *object[] = {pair->old.object, pair->new.object};

	for (int side = 0; side < 2; side++)
		for (uint32_t i = 0; i < object[side]->property_count; i++) {
			const char *name = object[side]->property[i].name;

			if (!strncmp(name, "identity", 8) &&
				strcmp(name, "identity sequence") != 0 && alter_differs(pair, name))
				return true;
		}
	return false;
}

void alter_identity(const struct pair *pair)
{
	if (!alter_is(pair, "identity"))
		return;
	if (!alter_was(pair, "identity")) {
		add_identity(pair);
		return;
	}
	rename_identity(pair);
	if (has_other_identity(pair))
		set_identity(pair);
}
