/* migrate_renaming_names: what the names in "-- renamed from:" comments mean.
 *
 * Knows how names are written: a schema's quotes what must be, and has PostgreSQL's schema in front
 * of a table's name; a comment's are as somebody wrote them. */
#include <string.h>

#include "renaming_names.h"
#include "schema/ddl.h"

/* -------- Names -------- */

const char *renaming_bare(const char *name)
{
	const char *last = name;
	char quote = 0;

	for (; *name; name++) {
		if (quote ? *name == quote : strchr("\"`", *name) != NULL)
			quote = quote ? 0 : *name;
		else if (!quote && *name == '.')
			last = name + 1;
	}
	return last;
}

struct spelled {
	const char *text; /* without quotes */
	size_t size;
	bool folds; /* to lower case */
};

static struct spelled spell(const struct names_of *names, const char *name, size_t size)
{
	bool quoted = size > 1 && strchr("\"`['", *name);

	return (struct spelled){name + quoted, quoted ? size - 2 : size,
		!quoted || names->migrate->driver->schema->ignores_case};
}

static char letter(const struct spelled *name, size_t i)
{
	char c = name->text[i];

	return name->folds && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same(struct spelled left, struct spelled right)
{
	size_t i = 0;

	if (left.size != right.size)
		return false;
	while (i < left.size && letter(&left, i) == letter(&right, i))
		i++;
	return i == left.size;
}

bool renaming_same(const struct names_of *names, const char *left, const char *right)
{
	return same(spell(names, left, strlen(left)), spell(names, right, strlen(right)));
}

bool renaming_same_table(const struct names_of *names, const char *name, const char *written)
{
	const char *last = renaming_bare(name), *written_last = renaming_bare(written);

	return renaming_same(names, last, written_last) &&
	       (last == name || written_last == written ||
		       same(spell(names, name, (size_t)(last - name) - 1),
			       spell(names, written, (size_t)(written_last - written) - 1)));
}

/* -------- Objects -------- */

const struct schema_object *renaming_find_column(const struct names_of *names,
	const struct schema *schema, uint32_t table, const char *written)
{
	const struct schema_list *parts = &schema->object[table].parts;

	for (uint32_t i = 0; i < parts->count; i++) {
		const struct schema_object *part = &schema->object[parts->item[i]];

		if (part->kind == SCHEMA_COLUMN && renaming_same(names, part->name, written))
			return part;
	}
	return NULL;
}

static bool has_prefix(const char *name)
{
	return renaming_bare(name) != name;
}

/* Is it what a name without a schema usually means? */
static bool is_usual(const struct names_of *names, const char *name)
{
	const char *usual = names->migrate->driver->schema->usual_namespace;
	size_t size = usual ? strlen(usual) : 0;

	return !usual || (!strncmp(name, usual, size) && renaming_bare(name) == name + size + 1);
}

uint32_t renaming_find_table(const struct names_of *names, const struct schema *schema,
	const char *written, const char *column)
{
	uint32_t found = SCHEMA_NONE;

	for (uint32_t i = 0; i < schema->count; i++) {
		const struct schema_object *object = &schema->object[i];

		if (object->kind != SCHEMA_TABLE ||
			!renaming_same_table(names, object->name, written) ||
			(column && !renaming_find_column(names, schema, i, column)))
			continue;
		if (has_prefix(written) || is_usual(names, object->name))
			return i;
		found = found == SCHEMA_NONE ? i : found;
	}
	return found;
}

const char *renaming_beside(const struct names_of *names, const char *name, const char *old)
{
	return arena_printf(&names->migrate->arena, "%.*s%s", (int)(renaming_bare(name) - name),
		name, renaming_bare(old));
}
