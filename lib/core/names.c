/* names: looked through, for lists of a few. */
#include <string.h>

#include "core/revision.h"

bool names_have(const struct names *names, const char *name)
{
	for (uint32_t i = 0; i < names->count; i++)
		if (!strcmp(names->item[i], name))
			return true;
	return false;
}

bool names_same(const struct names *left, const struct names *right)
{
	if (left->count != right->count)
		return false;
	for (uint32_t i = 0; i < left->count; i++)
		if (!names_have(right, left->item[i]))
			return false;
	return true;
}
