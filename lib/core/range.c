/* range: what can be told of a target or a range from its text alone. */
#include "core/range.h"

#include <string.h>

/* Does a target count from where the database stands: current, or +N and -N without a symbol? An id
 * may begin like the word. */
static bool part_asks_database(const char *part, size_t size)
{
	const char *at = memchr(part, '@', size), *end = part + size;
	const char *symbol = at ? at + 1 : part, *sign = symbol;

	while (sign < end && *sign != '+' && *sign != '-')
		sign++;
	if (sign == symbol)
		return sign < end;
	return sign - symbol == 7 && !memcmp(symbol, "current", 7);
}

bool target_asks_database(const char *text)
{
	const char *colon = strchr(text, ':');

	if (!colon)
		return part_asks_database(text, strlen(text));
	return part_asks_database(text, (size_t)(colon - text)) ||
	       part_asks_database(colon + 1, strlen(colon + 1));
}
