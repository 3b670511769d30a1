/* json: the edges where jansson wants valid UTF-8 in, and where its text goes out.
 *
 * Surprising: jansson leaves DEL, C1 and the bidirectional controls as they are. They can only
 * stand inside strings, so the finished text is gone over and they are escaped there. */
#include "json.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"

static json_t *mended(const char *text, size_t size)
{
	struct str valid = {0};
	json_t *value;

	while (size) {
		size_t good = utf8_invalid(text, size), taken = good < size ? good + 1 : good;

		str_add_bytes(&valid, text, good);
		str_add(&valid, good < size ? "\xef\xbf\xbd" : "");
		text += taken;
		size -= taken;
	}
	value = json_stringn_nocheck(str_text(&valid), valid.size);
	str_release(&valid);
	return value;
}

json_t *json_text(const char *text)
{
	size_t size = text ? strlen(text) : 0;

	if (!text)
		return json_null();
	if (utf8_invalid(text, size) < size)
		return mended(text, size);
	return json_stringn_nocheck(text, size);
}

json_t *json_number(size_t number)
{
	return number ? json_integer((json_int_t)number) : json_null();
}

json_t *json_list(const struct migrate_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->count; i++)
		json_array_append_new(array, json_text(list->item[i]));
	return array;
}

/* Appends one character, which str_add_visible is asked about. */
static void add_character(struct str *out, struct str *scratch, const char *text, size_t size)
{
	uint32_t point = 0;

	utf8_decode(text, size, &point);
	str_clear(scratch);
	str_add_visible(scratch, text, size);
	if (scratch->size == size)
		str_add_bytes(out, text, size);
	else
		str_printf(out, "\\u%04x", point);
}

static void add_safe(struct str *out, const char *text, size_t size)
{
	struct str scratch = {0};

	for (size_t i = 0, next; i < size; i = next) {
		uint32_t point;

		for (next = i; next < size && (unsigned char)text[next] < 0x7f;)
			next++;
		str_add_bytes(out, text + i, next - i);
		if (next == size)
			break;
		i = next;
		next += utf8_decode(text + i, size - i, &point);
		add_character(out, &scratch, text + i, next - i);
	}
	str_release(&scratch);
}

static void *allocate(size_t size)
{
	return memory_resize(NULL, size);
}

void json_begin(void)
{
	json_set_alloc_funcs(allocate, free);
}

void json_write(struct str *out, const json_t *document)
{
	char *text = json_dumps(document, JSON_INDENT(2) | JSON_REAL_PRECISION(12));

	add_safe(out, text, strlen(text));
	str_add_char(out, '\n');
	free(text);
}
