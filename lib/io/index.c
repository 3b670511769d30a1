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

#define INDEX_NAME ".migrate/index"

static const char magic[8] = "migidx4";

/* Reading. A cursor that ran over stays at the end and says so. */
struct cursor {
	const char *at, *end;
	bool bad;
};

/* Entries are decoded when they are asked for: nothing is held but the file's text. */
struct index {
	struct arena *arena;
	struct cursor first, next;
	uint32_t count;
	struct nametable
		names; /* offsets from the first entry; at the first question out of order */
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

static void take_entry(struct arena *arena, struct cursor *cursor, struct index_stamp *stamp,
	struct index_entry *entry)
{
	struct revision *revision = &entry->revision;

	memset(entry, 0, sizeof *entry);
	take(cursor, stamp, sizeof *stamp);
	entry->name = take_string(cursor);
	entry->checksum = take_string(cursor);
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
	take_names(arena, cursor, &revision->replaces);
	cursor->bad |= !entry->name || !entry->checksum || !revision->id || !revision->message;
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
	index->first = index->next = cursor;
	return index->count < size ? index : NULL;
}

bool index_exists(const char *directory)
{
	struct str path = {0};
	bool exists;

	str_printf(&path, "%s/" INDEX_NAME, directory);
	exists = access(path.text, R_OK) == 0;
	str_release(&path);
	return exists;
}

struct index *index_open(struct arena *arena, int directory_fd)
{
	struct migrate_error error = {0};
	struct index *index = NULL;
	size_t size;
	char *text;

	if (faccessat(directory_fd, INDEX_NAME, R_OK, 0))
		return NULL;
	text = file_read(arena, directory_fd, INDEX_NAME, INDEX_NAME, INDEX_LIMIT, &size,
		MIGRATE_E_FILE, &error);
	if (text)
		index = parse(arena, text, size);
	migrate_error_clear(&error);
	return index;
}

/* Where each entry begins, by its name. */
static void fill_names(struct index *index)
{
	struct cursor cursor = index->first;
	struct arena scratch = {0};

	nametable_init(&index->names, index->arena, index->count);
	for (uint32_t i = 0; i < index->count; i++) {
		uint32_t offset = (uint32_t)(cursor.at - index->first.at);
		struct index_entry entry;
		struct index_stamp stamp;

		take_entry(&scratch, &cursor, &stamp, &entry);
		if (cursor.bad)
			break;
		nametable_add(&index->names, entry.name, offset);
	}
	arena_release(&scratch);
}

/* The name of the entry at a cursor, which stays where it is. */
static const char *peek_name(struct cursor cursor)
{
	struct index_stamp stamp;

	if (cursor.at == cursor.end)
		return NULL;
	take(&cursor, &stamp, sizeof stamp);
	return take_string(&cursor);
}

static bool seek(struct index *index, const char *name)
{
	const char *next = peek_name(index->next);
	uint32_t offset;

	if (next && !strcmp(next, name))
		return true;
	if (!index->names.slot)
		fill_names(index);
	offset = nametable_find(&index->names, name);
	if (offset == NAME_MISSING)
		return false;
	index->next = index->first;
	index->next.at += offset;
	return true;
}

bool index_find(struct index *index, const char *name, const struct index_stamp *stamp,
	struct index_entry *entry)
{
	struct index_stamp found;

	if (!seek(index, name))
		return false;
	take_entry(index->arena, &index->next, &found, entry);
	return !index->next.bad && memcmp(stamp, &found, sizeof found) == 0;
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
	put_string(text, entry->checksum);
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
	put_names(text, &revision->replaces);
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
