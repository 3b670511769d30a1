/* str: growth by half again. Surprising: str_add_visible is here, not in a terminal module, because
 * text from a server is made harmless where it enters, whoever shows it. */
#include "base/str.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"

char *str_reserve(struct str *str, size_t size)
{
	size_t need = str->size + size + 1;

	if (need > str->capacity) {
		size_t capacity = str->capacity + str->capacity / 2;

		str->capacity = capacity > need ? capacity : need + 15;
		str->text = memory_resize(str->text, str->capacity);
	}
	return str->text + str->size;
}

void str_add_bytes(struct str *str, const char *bytes, size_t size)
{
	char *end = str_reserve(str, size);

	if (size)
		memcpy(end, bytes, size);
	end[size] = '\0';
	str->size += size;
}

void str_add(struct str *str, const char *text)
{
	str_add_bytes(str, text, strlen(text));
}

void str_add_char(struct str *str, char byte)
{
	str_add_bytes(str, &byte, 1);
}

void str_vprintf(struct str *str, const char *format, va_list arguments)
{
	va_list again;
	int size;

	va_copy(again, arguments);
	size = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (size <= 0)
		return;
	vsnprintf(str_reserve(str, (size_t)size), (size_t)size + 1, format, arguments);
	str->size += (size_t)size;
}

void str_printf(struct str *str, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	str_vprintf(str, format, arguments);
	va_end(arguments);
}

const char *str_text(const struct str *str)
{
	return str->text ? str->text : "";
}

void str_clear(struct str *str)
{
	str->size = 0;
	if (str->text)
		str->text[0] = '\0';
}

void str_release(struct str *str)
{
	free(str->text);
	memset(str, 0, sizeof *str);
}

static bool steers_terminal(uint32_t point)
{
	if (point < 0x20)
		return point != '\n' && point != '\t';
	return (point >= 0x7f && point < 0xa0) || point == 0x061c ||
	       (point >= 0x200e && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2066 && point <= 0x2069);
}

void str_add_visible(struct str *str, const char *text, size_t size)
{
	for (size_t i = 0; i < size;) {
		uint32_t point;
		size_t length = utf8_decode(text + i, size - i, &point);

		if (length && !steers_terminal(point)) {
			str_add_bytes(str, text + i, length);
		} else {
			length = length ? length : 1;
			for (size_t k = 0; k < length; k++)
				str_printf(str, "\\x%02x", (unsigned char)text[i + k]);
		}
		i += length;
	}
}

static bool is_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./@%+=:,-";

	return *word && strspn(word, plain) == strlen(word);
}

void str_add_word(struct str *str, const char *word)
{
	if (is_plain(word)) {
		str_add(str, word);
		return;
	}
	str_add_char(str, '\'');
	for (; *word; word++)
		if (*word == '\'')
			str_add(str, "'\\''");
		else
			str_add_char(str, *word);
	str_add_char(str, '\'');
}
