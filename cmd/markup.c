/* markup: characters that mean something to a reader, by those that stand for them. */
#include "markup.h"

#include <string.h>

void markup_replace(
	struct str *out, const char *text, const char *special, const char *const *replacement)
{
	struct str visible = {0};

	str_add_visible(&visible, text, strlen(text));
	for (const char *at = str_text(&visible); *at; at++) {
		const char *found = strchr(special, *at);

		if (found)
			str_add(out, replacement[found - special]);
		else
			str_add_char(out, *at);
	}
	str_release(&visible);
}

/* Two characters that UTF-8 has and XML has not: U+FFFE and U+FFFF. */
static void mend_for_xml(struct str *text, size_t start)
{
	for (size_t i = start; i + 2 < text->size; i++)
		if (!memcmp(text->text + i, "\xef\xbf", 2) &&
			(unsigned char)text->text[i + 2] >= 0xbe)
			text->text[i + 2] = '\xbd';
}

void markup_add(struct str *out, const char *text)
{
	static const char *const replacement[] = {
		"&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#10;", "&#9;", "&#13;"};
	size_t start = out->size;

	markup_replace(out, text, "&<>\"'\n\t\r", replacement);
	mend_for_xml(out, start);
}
