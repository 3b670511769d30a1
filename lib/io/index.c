/* index: a flat file of length-prefixed fields. Surprising: nothing in it is trusted. Every read is
 * bounds-checked and the whole is hashed, so that a damaged file is merely no index. */
#include "io/index.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/str.h"
#include "core/nametable.h"

enum { INDEX_LIMIT = 512 * 1024 * 1024, STRING_LIMIT = 1 << 20 };
/* Coarser than any file system's time stamps that matter (FAT has 2 s). */
#define RACY_NANOSECONDS 3000000000LL

static const char magic[8] = "migidx2";

struct slot {
	struct index_stamp stamp;
	struct index_entry entry;
};

struct index {
	struct slot *slot;
	uint32_t count, next;
	struct nametable names; /* filled at the first question out of order */
	struct arena *arena;
};

struct index_writer {
	struct str text;
	uint32_t count;
	int64_t now;
};

static int64_t nanoseconds(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000000LL + time->tv_nsec;
}

struct index_stamp index_stamp(const struct stat *status)
{
	return (struct index_stamp){nanoseconds(&status->st_mtim), nanoseconds(&status->st_ctim),
		(uint64_t)status->st_ino, (uint64_t)status->st_size};
}

static uint64_t hash_bytes(const char *bytes, size_t size)
{
	uint64_t hash = 0x9e3779b97f4a7c15ULL ^ size;

	for (; size >= 8; bytes += 8, size -= 8) {
		uint64_t word;

		memcpy(&word, bytes, 8);
		hash = (hash ^ word) * 0xff51afd7ed558ccdULL;
		hash ^= hash >> 32;
	}
	while (size--)
		hash = (hash ^ (unsigned char)*bytes++) * 0xff51afd7ed558ccdULL;
	return hash;
}

/* Reading. A cursor that ran over stays at the end and says so. */
struct cursor {
	const char *at, *end;
	bool bad;
};

static void take(struct cursor *cursor, void *out, size_t size)
{
	if ((size_t)(cursor->end - cursor->at) < size) {
		cursor->bad = true;
		memset(out, 0, size);
		return;
	}
	memcpy(out, cursor->at, size);
	cursor->at += size;
}

static uint32_t take_number(struct cursor *cursor)
{
	uint32_t number;

	take(cursor, &number, sizeof number);
	return number;
}

/* A string is its size plus one (0: NULL), its bytes and a NUL. */
static const char *take_string(struct cursor *cursor)
{
	uint32_t size = take_number(cursor);
	const char *text = cursor->at;

	if (!size)
		return NULL;
	if (size > STRING_LIMIT || (size_t)(cursor->end - cursor->at) < size ||
		cursor->at[size - 1] != '\0') {
		cursor->bad = true;
		return NULL;
	}
	cursor->at += size;
	return text;
}

static void take_names(struct arena *arena, struct cursor *cursor, struct names *names)
{
	uint32_t count = take_number(cursor);
	const char **item;

	if (count > STRING_LIMIT || count > (size_t)(cursor->end - cursor->at)) {
		cursor->bad = true;
		return;
	}
	item = count ? ARENA_ARRAY(arena, count, const char *) : NULL;
	for (uint32_t i = 0; i < count; i++) {
		item[i] = take_string(cursor);
		cursor->bad |= !item[i];
	}
	names->item = item;
	names->count = count;
}

static void take_slot(struct arena *arena, struct cursor *cursor, struct slot *slot)
{
	struct revision *revision = &slot->entry.revision;

	take(cursor, &slot->stamp, sizeof slot->stamp);
	slot->entry.name = take_string(cursor);
	take(cursor, slot->entry.checksum, sizeof slot->entry.checksum);
	slot->entry.checksum[CHECKSUM_SIZE - 1] = '\0';
	revision->id = take_string(cursor);
	revision->message = take_string(cursor);
	revision->created = take_string(cursor);
	take(cursor, &revision->created_at, sizeof revision->created_at);
	revision->irreversible = take_string(cursor);
	take(cursor, &revision->upgrade, sizeof revision->upgrade);
	take(cursor, &revision->downgrade, sizeof revision->downgrade);
	take_names(arena, cursor, &revision->parents);
	take_names(arena, cursor, &revision->dependencies);
	take_names(arena, cursor, &revision->labels);
	cursor->bad |= !slot->entry.name || !revision->id || !revision->message;
}

static struct index *parse(struct arena *arena, const char *text, size_t size)
{
	struct cursor cursor = {text, text + size, false};
	struct index *index = ARENA_NEW(arena, struct index);
	char found[sizeof magic];
	uint64_t hash;

	take(&cursor, found, sizeof found);
	take(&cursor, &hash, sizeof hash);
	if (cursor.bad || memcmp(found, magic, sizeof magic) ||
		hash != hash_bytes(cursor.at, (size_t)(cursor.end - cursor.at)))
		return NULL;
	index->arena = arena;
	index->count = take_number(&cursor);
	if (index->count > size)
		return NULL;
	index->slot = ARENA_ARRAY(arena, index->count, struct slot);
	for (uint32_t i = 0; i < index->count && !cursor.bad; i++)
		take_slot(arena, &cursor, &index->slot[i]);
	return cursor.bad ? NULL : index;
}

struct index *index_open(struct arena *arena, int directory_fd)
{
	struct migrate_error error = {0};
	struct index *index = NULL;
	size_t size;
	char *text;

	if (faccessat(directory_fd, ".migrate/index", R_OK, 0))
		return NULL;
	text = file_read(arena, directory_fd, ".migrate/index", ".migrate/index", INDEX_LIMIT,
		&size, MIGRATE_E_FILE, &error);
	if (text)
		index = parse(arena, text, size);
	migrate_error_clear(&error);
	return index;
}

static uint32_t position_of(struct index *index, const char *name)
{
	if (index->next < index->count && !strcmp(index->slot[index->next].entry.name, name))
		return index->next;
	if (!index->names.slot) {
		nametable_init(&index->names, index->arena, index->count);
		for (uint32_t i = 0; i < index->count; i++)
			nametable_add(&index->names, index->slot[i].entry.name, i);
	}
	return nametable_find(&index->names, name);
}

const struct index_entry *index_find(
	struct index *index, const char *name, const struct index_stamp *stamp)
{
	uint32_t position = position_of(index, name);

	if (position == NAME_MISSING)
		return NULL;
	index->next = position + 1;
	if (memcmp(stamp, &index->slot[position].stamp, sizeof *stamp) != 0)
		return NULL;
	return &index->slot[position].entry;
}

struct index_writer *index_begin(struct arena *arena)
{
	struct index_writer *writer = ARENA_NEW(arena, struct index_writer);
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	writer->now = nanoseconds(&now);
	return writer;
}

static void put_number(struct str *text, uint32_t number)
{
	str_add_bytes(text, (const char *)&number, sizeof number);
}

static void put_string(struct str *text, const char *string)
{
	uint32_t size = string ? (uint32_t)strlen(string) + 1 : 0;

	put_number(text, size);
	str_add_bytes(text, string, size);
}

static void put_names(struct str *text, const struct names *names)
{
	put_number(text, names->count);
	for (uint32_t i = 0; i < names->count; i++)
		put_string(text, names->item[i]);
}

void index_add(struct index_writer *writer, const struct index_entry *entry,
	const struct index_stamp *stamp)
{
	const struct revision *revision = &entry->revision;
	struct str *text = &writer->text;

	if (stamp->modified > writer->now - RACY_NANOSECONDS ||
		stamp->changed > writer->now - RACY_NANOSECONDS)
		return;
	writer->count++;
	str_add_bytes(text, (const char *)stamp, sizeof *stamp);
	put_string(text, entry->name);
	str_add_bytes(text, entry->checksum, sizeof entry->checksum);
	put_string(text, revision->id);
	put_string(text, revision->message);
	put_string(text, revision->created);
	str_add_bytes(text, (const char *)&revision->created_at, sizeof revision->created_at);
	put_string(text, revision->irreversible);
	str_add_bytes(text, (const char *)&revision->upgrade, sizeof revision->upgrade);
	str_add_bytes(text, (const char *)&revision->downgrade, sizeof revision->downgrade);
	put_names(text, &revision->parents);
	put_names(text, &revision->dependencies);
	put_names(text, &revision->labels);
}

static void hide_from_git(const char *folder)
{
	struct migrate_error error = {0};
	struct str path = {0};

	str_printf(&path, "%s/.gitignore", folder);
	if (!file_exists(path.text))
		file_create(path.text, "*\n", 2, 0666, &error);
	migrate_error_clear(&error);
	str_release(&path);
}

void index_write(struct index_writer *writer, int directory_fd, const char *directory)
{
	struct migrate_error error = {0};
	struct str whole = {0}, path = {0}, body = {0};
	uint64_t hash;

	if (writer->count < INDEX_THRESHOLD || faccessat(directory_fd, ".", W_OK, 0))
		goto out;
	put_number(&body, writer->count);
	str_add_bytes(&body, writer->text.text, writer->text.size);
	hash = hash_bytes(body.text, body.size);
	str_add_bytes(&whole, magic, sizeof magic);
	str_add_bytes(&whole, (const char *)&hash, sizeof hash);
	str_add_bytes(&whole, body.text, body.size);
	str_printf(&path, "%s/.migrate", directory);
	if (directory_create(path.text, &error)) {
		hide_from_git(path.text);
		str_add(&path, "/index");
		file_replace(path.text, whole.text, whole.size, 0666, &error);
	}
out:
	migrate_error_clear(&error);
	str_release(&writer->text);
	str_release(&whole);
	str_release(&path);
	str_release(&body);
}
