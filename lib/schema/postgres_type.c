/* postgres_type: types, sequences, aggregates: statements that are a list of options. */
#include <string.h>

#include "schema/postgres_ddl.h"

void postgres_add_enum(const struct made *made)
{
	const char *labels = postgres_text(made, "labels");

	str_printf(made->out, "CREATE TYPE %s AS ENUM (%s);\n", made->object->name,
		labels ? labels : "");
}

/* The checks that can be written at once; one that is not valid cannot be. */
void postgres_add_domain(const struct made *made)
{
	const struct schema_list *parts = &made->object->parts;

	str_printf(made->out, "CREATE DOMAIN %s AS %s", made->object->name,
		postgres_text(made, "type"));
	postgres_add_if(made, " COLLATE ", "collation", "");
	postgres_add_if(made, " DEFAULT ", "default", "");
	str_add(made->out, postgres_has(made, "not null") ? " NOT NULL" : "");
	for (int late = 0; late < 2; late++) {
		for (uint32_t i = 0; i < parts->count; i++) {
			struct made part = postgres_made(made->ddl, parts->item[i]);

			if (!postgres_is_folded(made->ddl, part.index) ||
				postgres_has(&part, "not valid") != late)
				continue;
			if (late) {
				postgres_add_constraint(&part);
				continue;
			}
			str_add(made->out, "\n    ");
			postgres_add_constraint_text(&part);
		}
		str_add(made->out, late ? "" : ";\n");
	}
}

void postgres_add_composite(const struct made *made)
{
	const struct schema_list *parts = &made->object->parts;

	str_printf(made->out, "CREATE TYPE %s AS (", made->object->name);
	for (uint32_t i = 0; i < parts->count; i++) {
		struct made part = postgres_made(made->ddl, parts->item[i]);

		str_printf(made->out, "%s\n    %s %s", i ? "," : "", part.object->name,
			postgres_text(&part, "type"));
		postgres_add_if(&part, " COLLATE ", "collation", "");
	}
	str_add(made->out, "\n);\n");
}

void postgres_add_range(const struct made *made)
{
	str_printf(made->out, "CREATE TYPE %s AS RANGE (\n    subtype = %s", made->object->name,
		postgres_text(made, "type"));
	postgres_add_if(made, ",\n    subtype_opclass = ", "subtype opclass", "");
	postgres_add_if(made, ",\n    collation = ", "collation", "");
	postgres_add_if(made, ",\n    subtype_diff = ", "subtype diff", "");
	postgres_add_if(made, ",\n    multirange_type_name = ", "multirange", "");
	str_add(made->out, "\n);\n");
}

void postgres_add_sequence(const struct made *made)
{
	str_printf(made->out, "CREATE %sSEQUENCE %s",
		postgres_has(made, "unlogged") ? "UNLOGGED " : "", made->object->name);
	postgres_add_if(made, " AS ", "type", "");
	postgres_add_if(made, " START WITH ", "start", "");
	postgres_add_if(made, " INCREMENT BY ", "increment", "");
	postgres_add_if(made, " MINVALUE ", "minvalue", "");
	postgres_add_if(made, " MAXVALUE ", "maxvalue", "");
	postgres_add_if(made, " CACHE ", "cache", "");
	str_add(made->out, postgres_has(made, "cycle") ? " CYCLE;\n" : ";\n");
}

/* https://www.postgresql.org/docs/current/sql-createaggregate.html: the options have the names of
 * our properties. */
static const char *const aggregate_option[] = {"sfunc", "stype", "sspace", "finalfunc",
	"finalfunc_extra", "finalfunc_modify", "combinefunc", "serialfunc", "deserialfunc",
	"initcond", "msfunc", "minvfunc", "mstype", "msspace", "mfinalfunc", "mfinalfunc_extra",
	"mfinalfunc_modify", "minitcond", "sortop", "parallel", "hypothetical"};

void postgres_add_aggregate(const struct made *made)
{
	const char *name = made->object->name, *arguments = postgres_text(made, "arguments");
	const char *text, *between = "";

	/* the name ends with the types of the arguments, in parentheses */
	for (text = name; *text && *text != '('; text++)
		if (*text == '"')
			while (*++text && *text != '"')
				;
	str_printf(made->out, "CREATE AGGREGATE %.*s(%s) (", (int)(text - name), name,
		arguments ? arguments : "*");
	for (size_t i = 0; i < sizeof aggregate_option / sizeof *aggregate_option; i++) {
		text = postgres_text(made, aggregate_option[i]);
		if (!text)
			continue;
		str_printf(made->out, "%s\n    %s", between, aggregate_option[i]);
		if (strcmp(text, "yes") != 0)
			str_printf(made->out, " = %s", text);
		between = ",";
	}
	str_add(made->out, "\n);\n");
}
