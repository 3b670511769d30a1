/* fuzz_index: any bytes as the index of a versions directory, with the hash put right, as a hostile
 * checkout could have it. Nothing is read outside of it; an entry that is found has what a revision
 * must have. */
#include "../../lib/io/index.c"
#include "fuzz.h"

static void check_entry(const struct index_entry *entry)
{
	HOLDS(entry->name && entry->checksum && entry->revision.id && entry->revision.message);
	for (uint32_t i = 0; i < entry->revision.parents.count; i++)
		HOLDS(entry->revision.parents.item[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"a.sql", "b.sql", "", "a.sql"};
	struct index_stamp stamp = {0};
	struct arena arena = {0};
	struct index_entry entry;
	struct index *index;
	uint64_t hash = hash_bytes((const char *)data, size);
	char *text = malloc(sizeof magic + sizeof hash + size);

	memcpy(text, magic, sizeof magic);
	memcpy(text + sizeof magic, &hash, sizeof hash);
	memcpy(text + sizeof magic + sizeof hash, data, size);
	index = parse(&arena, text, sizeof magic + sizeof hash + size);
	for (size_t i = 0; index && i < sizeof names / sizeof *names; i++)
		if (index_find(index, names[i], &stamp, &entry))
			check_entry(&entry);
	arena_release(&arena);
	free(text);
	return 0;
}
