/* utf8: decoding by the well-formed byte ranges, so that overlong forms, surrogates and what lies
 * past U+10FFFF are refused without arithmetic. */
#include "base/utf8.h"

#include <string.h>

static int sequence_size(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/* The second byte carries all the exceptions. */
static int second_is_valid(unsigned char lead, unsigned char second)
{
	unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
	unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;

	return second >= low && second <= high;
}

size_t utf8_decode(const char *text, size_t size, uint32_t *point)
{
	const unsigned char *byte = (const unsigned char *)text;
	int length = size ? sequence_size(byte[0]) : 0;
	uint32_t value;

	if (!length || (size_t)length > size)
		return 0;
	if (length > 1 && !second_is_valid(byte[0], byte[1]))
		return 0;
	value = length == 1 ? byte[0] : byte[0] & (0x7fU >> length);
	for (int i = 1; i < length; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (byte[i] & 0x3f);
	}
	*point = value;
	return (size_t)length;
}

/* How many ASCII characters begin the text: eight at a time, and no fewer. */
static size_t skip_ascii(const char *text, size_t size)
{
	size_t i = 0;
	uint64_t word;

	for (; size - i >= sizeof word; i += sizeof word) {
		memcpy(&word, text + i, sizeof word);
		if (word & UINT64_C(0x8080808080808080))
			break;
	}
	return i;
}

size_t utf8_invalid(const char *text, size_t size)
{
	size_t i = skip_ascii(text, size);

	while (i < size) {
		uint32_t point;
		size_t length = 1;

		if ((unsigned char)text[i] >= 0x80)
			length = utf8_decode(text + i, size - i, &point);
		if (!length)
			return i;
		i += length;
		if (length > 1)
			i += skip_ascii(text + i, size - i);
	}
	return size;
}

size_t utf8_offset(const char *text, size_t size, size_t index)
{
	size_t i = 0;

	while (index-- && i < size) {
		uint32_t point;
		size_t length = utf8_decode(text + i, size - i, &point);

		i += length ? length : 1;
	}
	return i;
}

size_t utf8_mark(const char *text, size_t size)
{
	static const char mark[3] = {'\xef', '\xbb', '\xbf'};

	return size >= sizeof mark && !memcmp(text, mark, sizeof mark) ? sizeof mark : 0;
}

size_t utf8_count(const char *text, size_t size)
{
	size_t count = 0;

	for (size_t i = 0; i < size; count++) {
		uint32_t point;
		size_t length = utf8_decode(text + i, size - i, &point);

		i += length ? length : 1;
	}
	return count;
}

int utf8_width(uint32_t point)
{
	/* The blocks that terminals agree on; the rest is one column. */
	static const uint32_t zero[][2] = {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},
		{0x064b, 0x065f}, {0x0e34, 0x0e3a}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
		{0x200b, 0x200d}, {0x20d0, 0x20ff}, {0x3099, 0x309a}, {0xfe00, 0xfe0f},
		{0xfe20, 0xfe2f}, {0x1f3fb, 0x1f3ff}, {0xe0100, 0xe01ef}};
	static const uint32_t wide[][2] = {{0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0x33ff},
		{0x3400, 0x4dbf}, {0x4e00, 0x9fff}, {0xa000, 0xa4cf}, {0xac00, 0xd7a3},
		{0xf900, 0xfaff}, {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6},
		{0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

	for (size_t i = 0; i < sizeof zero / sizeof *zero; i++)
		if (point >= zero[i][0] && point <= zero[i][1])
			return 0;
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
		if (point >= wide[i][0] && point <= wide[i][1])
			return 2;
	return 1;
}
