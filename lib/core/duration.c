/* duration: how lengths of time are written in scripts and in migrator.yaml. Pure. Surprising: a
 * number without a unit is refused, for PostgreSQL would take it as milliseconds and people mean
 * seconds; 0 is 0 in every unit. */
#include <string.h>

#include "core/revision.h"

enum { DAY = 24 * 60 * 60 * 1000 };

static const struct {
	const char *name;
	long milliseconds;
} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60 * 1000}, {"h", 60 * 60 * 1000}};

static long unit_find(const char *text, size_t size)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strlen(units[i].name) == size && !memcmp(units[i].name, text, size))
			return units[i].milliseconds;
	return 0;
}

bool duration_parse(const char *text, size_t size, long *milliseconds)
{
	long number = 0, unit;
	size_t digits = 0;

	for (; digits < size && text[digits] >= '0' && text[digits] <= '9'; digits++) {
		number = number * 10 + (text[digits] - '0');
		if (number > DAY)
			return false;
	}
	if (!digits)
		return false;
	unit = digits == size && !number ? 1 : unit_find(text + digits, size - digits);
	if (!unit || number > DAY / unit)
		return false;
	*milliseconds = number * unit;
	return true;
}
