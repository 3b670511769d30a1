/* postgres_cast: how the data of a column get another type. Where the server casts by itself on
 * assignment nothing is said, because a cast that is asked for cuts texts that are too long in
 * silence; elsewhere a USING goes over the type's text if there is no other way
 * (https://www.postgresql.org/docs/current/typeconv-query.html). */
#include <stdlib.h>
#include <string.h>

#include "schema/postgres_alter.h"

enum family { TEXTS, NUMBERS, TIMES, JSONS, BITS, OTHERS };

struct type {
	char name[64]; /* without what is in parentheses, and brackets */
	int size[2];   /* in the parentheses; -1: none */
	bool array;
	enum family family;
};

static const struct {
	const char *name;
	enum family family;
	int width; /* among numbers: what fits is never wider */
} known[] = {{"text", TEXTS, 0}, {"character varying", TEXTS, 0}, {"character", TEXTS, 0},
	{"name", TEXTS, 0}, {"smallint", NUMBERS, 1}, {"integer", NUMBERS, 2},
	{"bigint", NUMBERS, 3}, {"numeric", NUMBERS, 4}, {"real", NUMBERS, 5},
	{"double precision", NUMBERS, 6}, {"date", TIMES, 1},
	{"timestamp without time zone", TIMES, 2}, {"timestamp with time zone", TIMES, 3},
	{"json", JSONS, 0}, {"jsonb", JSONS, 0}, {"bit", BITS, 0}, {"bit varying", BITS, 0}};

static int find_known(const char *name)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(known[i].name, name))
			return (int)i;
	return -1;
}

/* The words but what is in parentheses: "timestamp(3) without time zone". */
static void read_type(const char *text, struct type *type)
{
	size_t size = 0;
	int found;

	*type = (struct type){.size = {-1, -1}, .family = OTHERS};
	for (; *text && size < sizeof type->name - 1; text++) {
		if (*text == '(') {
			type->size[0] = atoi(text + 1);
			while (*text && *text != ')')
				if (*text++ == ',')
					type->size[1] = atoi(text);
		} else if (*text == '[') {
			type->array = true;
			break;
		} else {
			type->name[size++] = *text;
		}
	}
	found = find_known(type->name);
	type->family = found < 0 ? OTHERS : known[found].family;
}

/* What a domain is made of, down to no domain. */
static const char *base_of(const struct schema *schema, const char *type)
{
	uint32_t domain = schema_find(schema, SCHEMA_DOMAIN, SCHEMA_NONE, type);

	while (domain != SCHEMA_NONE) {
		type = schema_text(&schema->object[domain], "type");
		domain = schema_find(schema, SCHEMA_DOMAIN, SCHEMA_NONE, type);
	}
	return type;
}

/* From text anything is read; between truth and integer there is a cast. */
static bool has_cast(const struct type *old, const struct type *new)
{
	if (old->family == TEXTS)
		return old->array == new->array;
	return (!strcmp(old->name, "boolean") && !strcmp(new->name, "integer")) ||
	       (!strcmp(old->name, "integer") && !strcmp(new->name, "boolean"));
}

static bool is_assigned(const struct type *old, const struct type *new)
{
	if (old->array != new->array)
		return new->family == TEXTS && !new->array;
	if (old->family == OTHERS && new->family == OTHERS)
		return !strcmp(old->name, new->name);
	return new->family == TEXTS || old->family == new->family;
}

static bool has_lost_type(const struct alter *alter, uint32_t column)
{
	const struct schema_list *needs = &alter->old->object[column].needs;

	for (uint32_t i = 0; i < needs->count; i++)
		if (alter->gone[needs->item[i]] && alter->late[needs->item[i]] &&
			alter_is_type(&alter->old->object[needs->item[i]]))
			return true;
	return false;
}

static int width(const struct type *type)
{
	return known[find_known(type->name)].width;
}

/* Digits behind the point: numeric alone keeps all, numeric(5) none. */
static int scale(const struct type *type)
{
	if (strcmp(type->name, "numeric") != 0)
		return width(type) <= 3 ? 0 : 1000;
	return type->size[0] < 0 ? 1000 : type->size[1] < 0 ? 0 : type->size[1];
}

/* What a cast on assignment leaves away without a word; too large a number is an error. */
static const char *lost(const struct type *old, const struct type *new)
{
	if (old->family != new->family)
		return NULL;
	if (old->family == NUMBERS && width(new) >= 5 && width(old) < 7)
		return width(old) == 3 || width(old) == 4 || width(new) < width(old) ||
				       (width(old) == 2 && width(new) == 5)
			       ? "digits"
			       : NULL;
	if (old->family == NUMBERS && scale(new) < scale(old))
		return "fractions";
	if (old->family == TIMES && width(new) == 1 && width(old) > 1)
		return "times of day";
	if (old->family == TIMES && new->size[0] >= 0 &&
		(old->size[0] < 0 || new->size[0] < old->size[0]))
		return "fractions of seconds";
	return NULL;
}

/* Digits before the point; 1000: as many as there are. */
static int digits(const struct type *type)
{
	static const int whole[] = {0, 5, 10, 19};

	if (width(type) <= 3)
		return whole[width(type)];
	return type->size[0] < 0 ? 1000 : type->size[0] - scale(type);
}

/* Is there a value that the cast on assignment refuses? */
static bool is_narrower(const struct type *old, const struct type *new)
{
	if (new->family == TEXTS)
		return new->size[0] >= 0 &&
		       (old->family != TEXTS || old->size[0] < 0 || old->size[0] > new->size[0]);
	if (old->family != NUMBERS || new->family != NUMBERS || width(new) >= 5)
		return false;
	return width(new) <= 3 ? width(old) > width(new) : digits(old) > digits(new);
}

static void add_using(const struct pair *pair, const char *over)
{
	str_printf(
		pair->out, " USING %s%s::%s", pair->new.object->name, over, alter_is(pair, "type"));
}

/* From a type that is made again by way of the text, but where what both are made of is assigned.
 */
static bool goes_over_text(const struct pair *pair, const struct type *old, const struct type *new)
{
	return has_lost_type(pair->alter, pair->old.index) &&
	       !(is_assigned(old, new) && (old->family != OTHERS || new->family == TEXTS));
}

static void add_conversion(const struct pair *pair, const struct type *old, const struct type *new)
{
	if (goes_over_text(pair, old, new))
		add_using(pair, new->array ? "::text[]" : "::text");
	else if (!is_assigned(old, new))
		add_using(pair, has_cast(old, new)         ? ""
				: old->array && new->array ? "::text[]"
							   : "::text");
}

static bool is_partition_key(const struct pair *pair)
{
	const char *key = schema_text(pair->old.owner, "partition by");
	const char *name = pair->new.object->name;
	const char *found = key ? strstr(key, name) : NULL;

	return found && strchr("(, ", found[-1]) && strchr("), ", found[strlen(name)]);
}

void alter_column_type(const struct pair *pair)
{
	const char *collation = alter_is(pair, "collation");
	struct type old, new;

	if (is_partition_key(pair)) {
		alter_impossible(pair->alter, "%s: the type of a partition key cannot be altered",
			alter_new_name(pair->alter, pair->new.index));
		return;
	}
	read_type(base_of(pair->alter->old, alter_was(pair, "type")), &old);
	read_type(base_of(pair->alter->new, alter_is(pair, "type")), &new);
	if (lost(&old, &new))
		alter_destroys(pair->alter, "%s of %s", lost(&old, &new),
			alter_new_name(pair->alter, pair->new.index));
	if (!is_assigned(&old, &new) || is_narrower(&old, &new))
		alter_fails(pair->alter, "a value of %s is no %s",
			alter_new_name(pair->alter, pair->new.index), alter_is(pair, "type"));
	str_printf(pair->out, "ALTER TABLE %s ALTER COLUMN %s TYPE %s%s%s", pair->new.owner->name,
		pair->new.object->name, alter_is(pair, "type"), collation ? " COLLATE " : "",
		collation ? collation : "");
	add_conversion(pair, &old, &new);
	str_add(pair->out, ";\n");
}

static bool is_whole(const struct type *type)
{
	return type->family == NUMBERS && width(type) <= 3;
}

/* Is the text of each value of the old type that of one of the new type too? */
static bool is_read(const struct type *old, const struct type *new)
{
	if (new->family == TEXTS && !new->array)
		return new->size[0] < 0 && strcmp(new->name, "character") != 0;
	if (old->array != new->array)
		return false;
	return (is_whole(old) && new->family == NUMBERS &&new->size[0] < 0 &&
		       width(new) >= width(old)) ||
	       (old->family == TIMES && new->family == TIMES);
}

void alter_tell_text(const struct pair *pair)
{
	const char *name = alter_new_name(pair->alter, pair->new.index);
	struct type old, new;

	read_type(base_of(pair->alter->old, alter_was(pair, "type")), &old);
	read_type(base_of(pair->alter->new, alter_is(pair, "type")), &new);
	if (lost(&old, &new))
		alter_destroys(pair->alter, "%s of %s", lost(&old, &new), name);
	if (!is_read(&old, &new))
		alter_fails(pair->alter, "a value of %s is no %s", name, alter_is(pair, "type"));
}

static bool is_among(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (!strcmp(*list, name))
			return true;
	return false;
}

/* pg_type.typstorage of what is not kept out of line; the rest is. */
const char *alter_usual_storage(const struct schema *schema, const char *type)
{
	static const char *const plain[] = {"smallint", "integer", "bigint", "real",
		"double precision", "boolean", "date", "time without time zone",
		"time with time zone", "timestamp without time zone", "timestamp with time zone",
		"interval", "uuid", "money", "oid", "name", "\"char\"", "point", "lseg", "box",
		"line", "circle", "macaddr", "macaddr8", "tsquery", "pg_lsn", "tid", "xid", "cid",
		NULL};
	static const char *const in_line[] = {"numeric", "inet", "cidr", NULL};
	struct type base;

	type = base_of(schema, type);
	read_type(type, &base);
	if (base.array)
		return "EXTENDED";
	if (is_among(plain, base.name) ||
		schema_find(schema, SCHEMA_ENUM, SCHEMA_NONE, type) != SCHEMA_NONE)
		return "PLAIN";
	return is_among(in_line, base.name) ? "MAIN" : "EXTENDED";
}
