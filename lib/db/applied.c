/* applied: the log's records, sorted, since in a database they cost more to sort than to read: by
 * revision, the newest last. */
#include "db/applied.h"

#include <stdlib.h>
#include <string.h>

bool applied_counts(const char *outcome)
{
	return !strcmp(outcome, "applied") || !strcmp(outcome, "repaired");
}

void applied_add(struct applied_records *records, const struct applied_record *record)
{
	if (records->count == records->capacity) {
		records->capacity = records->capacity ? records->capacity * 2 : 64;
		records->item = memory_resize(
			records->item, records->capacity * sizeof *records->item);
	}
	records->item[records->count++] = *record;
}

static int compare(const void *one, const void *other)
{
	const struct applied_record *a = one, *b = other;
	int order = strcmp(a->revision, b->revision);

	return order ? order : (a->id > b->id) - (a->id < b->id);
}

void applied_take(struct arena *arena, struct applied_records *records, struct db_state *state)
{
	const struct applied_record *item = records->item;
	size_t count = records->count;

	state->applied = ARENA_ARRAY(arena, count + 1, struct db_applied);
	if (count)
		qsort(records->item, count, sizeof *item, compare);
	for (size_t i = 0; i < count; i++) {
		bool newest = i + 1 == count || strcmp(item[i].revision, item[i + 1].revision) != 0;

		if (newest && item[i].upgrade && item[i].checksum)
			state->applied[state->applied_count++] = (struct db_applied){
				item[i].revision, item[i].checksum};
	}
	free(records->item);
	*records = (struct applied_records){0};
}
