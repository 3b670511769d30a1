/* mask: finds where a password could be, or is. Surprising: a URL's password goes on to the last
 * `@` before a blank or a quote, for it may hold an `@` that nobody has encoded. And one that is
 * known is hidden as a whole value only: hidden within words, it would tell what it is by what is
 * missing, and nobody could read the message. */
#include "base/mask.h"

#include <ctype.h>
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

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Behind the word `password` of SQL: blanks and a literal, quotes in it doubled. */
static bool find_in_clause(const char *text, size_t size, size_t *start, size_t *end)
{
	size_t i = 0;

	*start = *end = 0;
	while (i < size && strchr(" \t\r\n", text[i]))
		i++;
	if (i && i < size && (text[i] == 'E' || text[i] == 'e'))
		i++;
	if (!i || i >= size || text[i] != '\'')
		return false;
	for (*start = *end = i + 1; *end < size; ++*end) {
		if (text[*end] != '\'')
			continue;
		if (*end + 1 >= size || text[*end + 1] != '\'')
			break;
		++*end;
	}
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
	static const char pair[] = "password=", url[] = "://", clause[] = "password";
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
		} else if (begins(text + i, size - i, clause) && (!i || !is_word(text[i - 1]))) {
			skip = i + sizeof clause - 1;
			found = find_in_clause(text + skip, size - skip, start, end);
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

/* -------- Secrets that are known -------- */

/* Shorter ones are words of any text, unless they stand where values do; or parts of words. */
enum { PLAIN_LENGTH = 3, PART_LENGTH = 4 };

static bool stands_alone(const char *text, size_t size, size_t at, const char *secret)
{
	size_t length = strlen(secret);
	bool left = at && is_word(text[at - 1]) && is_word(*secret);
	bool right = at + length < size && is_word(text[at + length]) &&
		     is_word(secret[length - 1]);

	if (left || right)
		return false;
	return length >= PLAIN_LENGTH || length == size || (at && strchr("'\"=:@/", text[at - 1]));
}

/* The size of the longest one that is hidden here, 0 for none. */
static size_t secret_at(
	const char *text, size_t size, size_t at, const char *const *secrets, bool everywhere)
{
	size_t longest = 0;

	for (; secrets && *secrets; secrets++) {
		size_t length = strlen(*secrets);

		if (length <= longest || length > size - at ||
			memcmp(text + at, *secrets, length) != 0)
			continue;
		if ((everywhere && length >= PART_LENGTH) || stands_alone(text, size, at, *secrets))
			longest = length;
	}
	return longest;
}

void str_add_without(struct str *str, const char *text, size_t size, const char *const *secrets,
	bool everywhere, bool keep_width)
{
	for (size_t at = 0; at < size;) {
		size_t length = secret_at(text, size, at, secrets, everywhere);

		if (!length)
			str_add_char(str, text[at++]);
		else if (keep_width)
			add_stars(str, text + at, length);
		else
			str_add(str, "***");
		at += length;
	}
}
