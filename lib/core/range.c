/* range: what can be told of a target or a range from its text alone. */
#include "core/range.h"

#include <string.h>

/* Does a target count from where the database stands: current, or +N and -N without a symbol? */
static bool part_asks_database(const char *part, size_t size)
{
	const char *at = memchr(part, '@', size);
	const char *symbol = at ? at + 1 : part;
	size_t rest = size - (size_t)(symbol - part);

	return rest && (*symbol == '+' || *symbol == '-' ||
			       (rest >= 7 && !strncmp(symbol, "current", 7)));
}

bool target_asks_database(const char *text)
{
	const char *colon = strchr(text, ':');

	if (!colon)
		return part_asks_database(text, strlen(text));
	return part_asks_database(text, (size_t)(colon - text)) ||
	       part_asks_database(colon + 1, strlen(colon + 1));
}
