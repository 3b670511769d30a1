/* mask: finds where a password could be. Surprising: a URL's password goes on to the last `@`
 * before a blank or a quote, for it may hold an `@` that nobody has encoded. */
#include "base/mask.h"

#include <string.h>
#include <strings.h>

bool may_hold_password(const char *text)
{
	const char *colon = strchr(text, ':');

	return strstr(text, "://") || strcasestr(text, "password=") ||
	       (colon && strchr(colon, '@'));
}

/* Behind `://`: does the text hold `:...@` up to its end, which is a blank or a quote? */
static bool find_in_url(const char *text, size_t size, size_t *start, size_t *end)
{
	const char *colon = NULL, *at = NULL;
	size_t i = 0;

	for (; i < size && !strchr(" \t\r\n\"'`<>", text[i]); i++) {
		if (text[i] == ':' && !colon)
			colon = text + i;
		if (text[i] == '@')
			at = text + i;
	}
	*start = colon ? (size_t)(colon + 1 - text) : i;
	*end = i;
	if (!colon || !at || at < colon + 2)
		return false;
	*end = (size_t)(at - text);
	return true;
}

/* Behind `password=`: a word, quoted or not. */
static bool find_in_pair(const char *text, size_t size, size_t *start, size_t *end)
{
	char quote = size && strchr("'\"", *text) ? *text : '\0';

	*start = *end = quote != '\0';
	while (*end < size && (quote ? text[*end] != quote : !strchr(" \t\r\n&\"'`", text[*end])))
		++*end;
	return *end > *start;
}

static bool begins(const char *text, size_t size, const char *word)
{
	return size > strlen(word) && !strncasecmp(text, word, strlen(word));
}

/* The password next to come: its begin and end. What was looked through for a URL is not looked
 * through for one again, or hostile text would take its size squared. */
static bool find(const char *text, size_t size, size_t *start, size_t *end)
{
	static const char pair[] = "password=", url[] = "://";
	size_t searched = 0;

	for (size_t i = 0; i < size; i++) {
		size_t skip = i + sizeof url - 1;
		bool found = false;

		if (i >= searched && begins(text + i, size - i, url)) {
			found = find_in_url(text + skip, size - skip, start, end);
			searched = skip + *end;
		} else if (begins(text + i, size - i, pair)) {
			skip = i + sizeof pair - 1;
			found = find_in_pair(text + skip, size - skip, start, end);
		}
		*start += skip;
		*end += skip;
		if (found)
			return true;
	}
	return false;
}

static void add_stars(struct str *str, const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			str_add_char(str, '*');
}

void str_add_masked(struct str *str, const char *text, size_t size, bool keep_width)
{
	size_t start = 0, end = 0;

	while (find(text, size, &start, &end)) {
		str_add_bytes(str, text, start);
		if (keep_width)
			add_stars(str, text + start, end - start);
		else
			str_add(str, "***");
		text += end;
		size -= end;
	}
	str_add_bytes(str, text, size);
}
