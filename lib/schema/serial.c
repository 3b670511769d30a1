/* serial: knows its own text only. Surprising: what is read goes through a builder as from a
 * database, so a text that was damaged is refused and never makes a schema that hangs together
 * badly. */
#include "schema/serial.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static const char HEADING[] = "migrate schema 1";

enum { FIELDS = 5, NUMBER_SIZE = 11 };

/* -------- Writing -------- */

static void add_field(struct str *out, const char *text)
{
	str_add_char(out, '\t');
	for (; *text; text++) {
		size_t plain = strcspn(text, "\t\n\\");

		str_add_bytes(out, text, plain);
		text += plain;
		if (!*text)
			return;
		str_add_char(out, '\\');
		str_add_char(out, *text == '\t' ? 't' : *text == '\n' ? 'n' : '\\');
	}
}

static void add_object(struct str *out, const struct schema_object *object)
{
	str_add(out, "object");
	add_field(out, schema_kind_name(object->kind));
	if (object->owner == SCHEMA_NONE)
		add_field(out, "-");
	else
		str_printf(out, "\t%" PRIu32, object->owner);
	str_printf(out, "\t%" PRIu32, object->position);
	add_field(out, object->name);
	str_add_char(out, '\n');
	for (uint32_t i = 0; i < object->property_count; i++) {
		str_add(out, "is");
		add_field(out, object->property[i].name);
		add_field(out, object->property[i].text);
		str_add_char(out, '\n');
	}
	for (uint32_t i = 0; i < object->needs.count; i++)
		str_printf(out, "needs\t%" PRIu32 "\n", object->needs.item[i]);
}

void serial_write(const struct schema *schema, struct str *out)
{
	str_printf(out, "%s\n", HEADING);
	for (uint32_t i = 0; i < schema->count; i++)
		add_object(out, &schema->object[i]);
	for (uint32_t i = 0; i < schema->unsupported_count; i++) {
		str_add(out, "unsupported");
		add_field(out, schema->unsupported[i]);
		str_add_char(out, '\n');
	}
}

/* -------- Reading -------- */

struct reading {
	struct schema_builder *builder;
	uint32_t count;       /* of objects so far */
	char id[NUMBER_SIZE]; /* of the last one */
};

/* In place: it only gets shorter. */
static void unescape(char *text)
{
	char *out = text;

	for (; *text; text++) {
		if (*text == '\\' && text[1]) {
			text++;
			*out++ = *text == 't' ? '\t' : *text == 'n' ? '\n' : *text;
		} else {
			*out++ = *text;
		}
	}
	*out = '\0';
}

/* How many there are; more than there is room for are one too many. */
static size_t split(char *line, char *field[FIELDS])
{
	size_t count = 0;
	char *next;

	while ((next = strsep(&line, "\t"))) {
		if (count == FIELDS)
			return FIELDS + 1;
		unescape(next);
		field[count++] = next;
	}
	return count;
}

static bool is_number(const char *text)
{
	size_t size = strspn(text, "0123456789");

	return size && size < NUMBER_SIZE && !text[size];
}

static bool take_object(struct reading *reading, char *const field[FIELDS])
{
	bool alone = !strcmp(field[2], "-");
	struct schema_entry entry = {
		.id = reading->id, .name = field[4], .owner = alone ? NULL : field[2]};

	if (!schema_kind_find(field[1], &entry.kind) || (!alone && !is_number(field[2])) ||
		!is_number(field[3]))
		return false;
	entry.position = (uint32_t)strtoul(field[3], NULL, 10);
	snprintf(reading->id, sizeof reading->id, "%" PRIu32, reading->count++);
	schema_add(reading->builder, &entry);
	return true;
}

static bool take_line(struct reading *reading, char *line)
{
	char *field[FIELDS];
	size_t count = split(line, field);

	if (count == 5 && !strcmp(field[0], "object"))
		return take_object(reading, field);
	if (count == 3 && reading->count && !strcmp(field[0], "is"))
		schema_add_property(reading->builder, field[1], field[2]);
	else if (count == 2 && reading->count && !strcmp(field[0], "needs") && is_number(field[1]))
		schema_add_need(reading->builder, reading->id, field[1]);
	else if (count == 2 && !strcmp(field[0], "unsupported"))
		schema_add_unsupported(reading->builder, "%s", field[1]);
	else
		return false;
	return true;
}

/* Each line ends with a newline: what was cut off is no text of ours. */
static bool take_lines(struct reading *reading, char *text)
{
	char *line = strsep(&text, "\n");

	if (strcmp(line, HEADING) != 0)
		return false;
	while (text && *text) {
		line = strsep(&text, "\n");
		if (!text || !take_line(reading, line))
			return false;
	}
	return text != NULL;
}

/* A property that stands there twice would make an object differ from itself. */
static bool is_sound(const struct schema *schema)
{
	for (uint32_t i = 0; i < schema->count; i++) {
		const struct schema_object *object = &schema->object[i];

		for (uint32_t p = 0; p < object->property_count; p++)
			if (schema_text(object, object->property[p].name) !=
				object->property[p].text)
				return false;
	}
	return true;
}

bool serial_read(struct arena *arena, const char *text, struct schema *schema)
{
	struct reading reading = {.builder = schema_builder_open(arena)};
	struct migrate_error ignored = {0};
	bool good = take_lines(&reading, arena_strdup(arena, text)) &&
		    schema_build(reading.builder, schema, &ignored) && is_sound(schema);

	schema_builder_close(reading.builder);
	migrate_error_clear(&ignored);
	return good;
}
