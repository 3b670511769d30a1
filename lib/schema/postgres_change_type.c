/* postgres_change_type: enums, domains, sequences.
 *
 * Surprising: a value that is added to an enum cannot be used in the same transaction
 * (https://www.postgresql.org/docs/current/sql-altertype.html), so the type is made again where
 * something in the same script does. */
#include <stdlib.h>
#include <string.h>

#include "schema/postgres_alter.h"

/* Bytes of the first of quoted labels, "'a', E'b\\c'": the list knows no other bytes. */
static size_t label_size(const char *labels)
{
	bool escapes = *labels == 'E';
	const char *end = strchr(labels, '\'');

	if (!end)
		return strlen(labels);
	for (end++; *end; end++) {
		if (*end == '\\' && escapes && end[1])
			end++;
		else if (*end == '\'' && end[1] == '\'')
			end++;
		else if (*end == '\'')
			break;
	}
	return (size_t)(end - labels) + (*end != '\0');
}

static const char *next_label(const char *label)
{
	label += label_size(label);
	return label + strspn(label, ", ");
}

static bool same_label(const char *left, const char *right)
{
	size_t size = label_size(left);

	return size == label_size(right) && !memcmp(left, right, size);
}

static const char *labels_of(const struct schema_object *type)
{
	const char *labels = schema_text(type, "labels");

	return labels ? labels : "";
}

/* Is the label in a text of an object that is new or differs, and needs the type? */
static bool is_used_by(const struct alter *alter, uint32_t object, const char *word)
{
	const struct schema_object *at = &alter->new->object[object];

	for (uint32_t i = 0; i < at->property_count; i++)
		if (!strstr(at->property[i].name, "comment") && strstr(at->property[i].text, word))
			return true;
	return false;
}

static bool needs(const struct schema_object *object, uint32_t needed)
{
	for (uint32_t i = 0; i < object->needs.count; i++)
		if (object->needs.item[i] == needed)
			return true;
	return false;
}

static bool is_used(const struct alter *alter, uint32_t type, const char *label)
{
	const char *quote = strchr(label, '\'');
	const char *word = arena_strndup(
		alter->arena, quote + 1, label_size(label) - (size_t)(quote + 1 - label) - 1);

	for (uint32_t i = 0; i < alter->changes->count; i++) {
		uint32_t new = alter->changes->item[i].new;

		if (new != SCHEMA_NONE &&new != type && is_used_by(alter, new, word))
			return true;
	}
	for (uint32_t i = 0; i < alter->new->count; i++)
		if (alter->to_old[i] == SCHEMA_NONE && needs(&alter->new->object[i], type) &&
			is_used_by(alter, i, word))
			return true;
	return false;
}

bool alter_only_adds_values(const struct alter *alter, uint32_t old, uint32_t new)
{
	const char *was = labels_of(&alter->old->object[old]);
	const char *is = labels_of(&alter->new->object[new]);

	for (; *is; is = next_label(is)) {
		if (*was && same_label(was, is))
			was = next_label(was);
		else if (is_used(alter, new, is))
			return false;
	}
	return !*was;
}

void alter_tell_values(struct alter *alter, uint32_t old)
{
	const char *was = labels_of(&alter->old->object[old]), *is;
	uint32_t new = alter->to_new[old];

	for (; new != SCHEMA_NONE &&*was; was = next_label(was)) {
		for (is = labels_of(&alter->new->object[new]); *is && !same_label(was, is);)
			is = next_label(is);
		if (!*is)
			alter_destroys(alter, "value %.*s of %s", (int)label_size(was), was,
				alter_old_name(alter, old));
	}
}

static void add_value(const struct pair *pair, const char *label, const char *where, const char *at)
{
	str_printf(pair->out, "ALTER TYPE %s ADD VALUE %.*s", pair->new.object->name,
		(int)label_size(label), label);
	if (at && *at)
		str_printf(pair->out, " %s %.*s", where, (int)label_size(at), at);
	str_add(pair->out, ";\n");
}

/* Each new value behind the one before it, or before the first old one. */
void alter_enum(const struct pair *pair)
{
	const char *was = labels_of(pair->old.object), *is = labels_of(pair->new.object);
	const char *before = NULL;

	for (; *is; before = is, is = next_label(is)) {
		if (*was && same_label(was, is))
			was = next_label(was);
		else if (*was || !before)
			add_value(pair, is, before ? "AFTER" : "BEFORE", before ? before : was);
		else
			add_value(pair, is, "", NULL);
	}
}

void alter_domain(const struct pair *pair)
{
	const char *name = pair->new.object->name, *value = alter_is(pair, "default");

	if (alter_differs(pair, "default") && value)
		str_printf(pair->out, "ALTER DOMAIN %s SET DEFAULT %s;\n", name, value);
	else if (alter_differs(pair, "default"))
		str_printf(pair->out, "ALTER DOMAIN %s DROP DEFAULT;\n", name);
	if (alter_is(pair, "not null") && !alter_was(pair, "not null"))
		alter_fails(pair->alter, "a value of %s is NULL",
			alter_new_name(pair->alter, pair->new.index));
	if (alter_differs(pair, "not null"))
		str_printf(pair->out, "ALTER DOMAIN %s %s NOT NULL;\n", name,
			alter_is(pair, "not null") ? "SET" : "DROP");
}

static void add_bound(const struct pair *pair, const char *property, const char *word)
{
	const char *text = alter_is(pair, property);

	str_printf(
		pair->out, " %s%s%s%s", text ? "" : "NO ", word, text ? " " : "", text ? text : "");
}

static bool is_down(const struct schema_object *sequence)
{
	const char *step = schema_text(sequence, "increment");

	return step && *step == '-';
}

/* Where it starts: at its lowest value, or downwards at its highest. */
static const char *start_of(const struct schema_object *sequence)
{
	const char *start = schema_text(sequence, "start");
	const char *bound = schema_text(sequence, is_down(sequence) ? "maxvalue" : "minvalue");

	if (start)
		return start;
	return bound ? bound : is_down(sequence) ? "-1" : "1";
}

static bool is_outside(const struct schema_object *sequence, const char *value)
{
	const char *least = schema_text(sequence, "minvalue");
	const char *most = schema_text(sequence, "maxvalue");
	long long at = strtoll(value, NULL, 10);

	least = least ? least : is_down(sequence) ? value : "1";
	most = most ? most : is_down(sequence) ? "-1" : value;
	return at < strtoll(least, NULL, 10) || at > strtoll(most, NULL, 10);
}

static bool has_other_numbers(const struct pair *pair)
{
	static const char *const name[] = {
		"type", "start", "increment", "minvalue", "maxvalue", "cache", "cycle"};

	for (size_t i = 0; i < sizeof name / sizeof *name; i++)
		if (alter_differs(pair, name[i]))
			return true;
	return false;
}

/* A sequence cannot stand outside of its bounds, and one that was not used stands at its start. */
void alter_sequence(const struct pair *pair)
{
	const struct schema_object *old = pair->old.object, *new = pair->new.object;
	const char *type = alter_is(pair, "type"), *step = alter_is(pair, "increment");
	const char *cache = alter_is(pair, "cache");
	bool restart = is_outside(new, start_of(old));

	if (alter_differs(pair, "unlogged"))
		str_printf(pair->out, "ALTER SEQUENCE %s SET %s;\n", new->name,
			alter_is(pair, "unlogged") ? "UNLOGGED" : "LOGGED");
	if (!has_other_numbers(pair))
		return;
	if (restart)
		alter_destroys(
			pair->alter, "value of %s", alter_new_name(pair->alter, pair->new.index));
	str_printf(pair->out, "ALTER SEQUENCE %s", new->name);
	if (alter_differs(pair, "type"))
		str_printf(pair->out, " AS %s", type ? type : "bigint");
	str_printf(pair->out, " INCREMENT BY %s", step ? step : "1");
	add_bound(pair, "minvalue", "MINVALUE");
	add_bound(pair, "maxvalue", "MAXVALUE");
	str_printf(pair->out, " START WITH %s", start_of(new));
	if (restart)
		str_printf(pair->out, " RESTART WITH %s", start_of(new));
	str_printf(pair->out, " CACHE %s%s;\n", cache ? cache : "1",
		alter_is(pair, "cycle") ? " CYCLE" : " NO CYCLE");
}
