/* source: from folders to revisions. Knows file names, not what a graph is. Surprising: an error in
 * one file does not stop the reading; a team wants to see all of them. */
#include "io/source.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/str.h"
#include "base/utf8.h"
#include "core/nametable.h"
#include "io/index.h"

enum { OFFENCE_LIMIT = 50 };

struct loader {
	struct arena *arena;
	struct source *source;
	struct migrate_error *error;
	uint32_t offences;
	struct str text; /* of the file being read */
	char checksum[CHECKSUM_SIZE];
	/* of the directory being read */
	const char *directory;
	int directory_fd;
	struct index *index;
	bool indexed; /* large enough for one */
	bool looks;   /* writes none */
	uint32_t parsed;
};

/* Moves a file's error into the loader's: the first whole, the others as a line of its detail. */
static void offend(struct loader *loader, struct migrate_error *offence)
{
	if (++loader->offences == 1)
		error_copy(loader->error, offence);
	else if (loader->offences <= OFFENCE_LIMIT && offence->file && offence->line)
		error_detail(loader->error, "%s:%zu:%zu: %s", offence->file, offence->line,
			offence->column, offence->message);
	else if (loader->offences <= OFFENCE_LIMIT && offence->file)
		error_detail(loader->error, "%s: %s", offence->file, offence->message);
	else if (loader->offences <= OFFENCE_LIMIT)
		error_detail(loader->error, "%s", offence->message);
	migrate_error_clear(offence);
}

enum file_kind { FILE_IGNORED, FILE_REVISION, FILE_NEAR_MISS };

static enum file_kind kind_of(const char *name)
{
	size_t size = strlen(name);

	if (name[0] == '.' || name[0] == '_' || size < 4 || strcasecmp(name + size - 4, ".sql"))
		return FILE_IGNORED;
	if (strcmp(name + size - 4, ".sql") || size == 4 || strstr(name, ".."))
		return FILE_NEAR_MISS;
	return FILE_REVISION;
}

static void refuse_near_miss(struct loader *loader, const char *path)
{
	struct migrate_error offence = {0};

	error_set(
		&offence, MIGRATE_E_SCRIPT, "\"%s\" looks like a revision file and is none", path);
	error_hint(&offence,
		"Revision files end in \".sql\", in lower case and with one dot; a name "
		"that begins with \"_\" is ignored.");
	error_at(&offence, path, 0, 0);
	offend(loader, &offence);
}

/* Makes room for a directory's files behind those of the directories before it. */
static void make_room(struct loader *loader, uint32_t count)
{
	struct source *source = loader->source;
	uint32_t capacity = source->count + count;
	struct revision *revision = ARENA_ARRAY(loader->arena, capacity, struct revision);
	const char **checksum = ARENA_ARRAY(loader->arena, capacity, const char *);

	if (source->count) {
		memcpy(revision, source->revision, source->count * sizeof *revision);
		memcpy(checksum, source->checksum, source->count * sizeof *checksum);
	}
	source->revision = revision;
	source->checksum = checksum;
}

static bool parse_file(struct loader *loader, const char *name, const char *path,
	struct index_entry *entry, struct index_stamp *stamp, struct migrate_error *error)
{
	struct str *text = &loader->text;
	const struct revision *revision = &entry->revision;
	struct stat status;

	if (!file_load(text, loader->directory_fd, name, path, SCRIPT_LIMIT + 64 * 1024, &status,
		    MIGRATE_E_SCRIPT, error))
		return error_at(error, path, 0, 0);
	if (!revision_parse(loader->arena, path, text->text, text->size, &entry->revision, error))
		return false;
	*stamp = index_stamp(&status);
	script_checksum(
		text->text + revision->upgrade.offset, revision->upgrade.size, loader->checksum);
	entry->checksum = arena_strdup(loader->arena, loader->checksum);
	loader->parsed++;
	return true;
}

/* Fills the entry from the index, where it has one that counts. */
static bool find_cached(struct loader *loader, const char *name, struct index_entry *entry,
	struct index_stamp *stamp)
{
	struct stat status;

	if (!loader->index || fstatat(loader->directory_fd, name, &status, AT_SYMLINK_NOFOLLOW) ||
		!S_ISREG(status.st_mode))
		return false;
	*stamp = index_stamp(&status);
	return index_find(loader->index, name, stamp, entry);
}

static void read_file(struct loader *loader, const char *name, struct index_stamp *stamp)
{
	struct source *source = loader->source;
	const char *path = path_join(loader->arena, loader->directory, name);
	struct index_entry entry = {.name = name};
	struct migrate_error offence = {0};

	if (!find_cached(loader, name, &entry, stamp) &&
		!parse_file(loader, name, path, &entry, stamp, &offence)) {
		offend(loader, &offence);
		return;
	}
	source->revision[source->count] = entry.revision;
	source->revision[source->count].file = path;
	source->checksum[source->count++] = entry.checksum;
}

/* On a file system that folds case two names that differ in case only are one file. */
static void refuse_twins(struct loader *loader, char **names, uint32_t count)
{
	struct nametable table;
	bool folded = false;

	for (uint32_t i = 0; i < count && !folded; i++)
		for (const char *c = names[i]; *c && !folded; c++)
			folded = isupper((unsigned char)*c);
	if (!folded)
		return;
	nametable_init(&table, loader->arena, count);
	for (uint32_t i = 0; i < count; i++) {
		struct migrate_error offence = {0};
		char *lower = arena_strdup(loader->arena, names[i]);

		for (char *c = lower; *c; c++)
			*c = (char)tolower((unsigned char)*c);
		if (nametable_add(&table, lower, i))
			continue;
		error_set(&offence, MIGRATE_E_SCRIPT,
			"\"%s\" and \"%s\" differ only in upper and lower case",
			names[nametable_find(&table, lower)], names[i]);
		error_at(&offence, path_join(loader->arena, loader->directory, names[i]), 0, 0);
		offend(loader, &offence);
	}
}

/* A directory that is read to its middle would be a history without its end. */
static void refuse_unread(struct loader *loader, int reason)
{
	struct migrate_error offence = {0};

	error_set(&offence, MIGRATE_E_FILE, "could not read the versions directory \"%s\": %s",
		loader->directory, strerror(reason));
	offend(loader, &offence);
}

/* The names that matter, in the directory's own order. */
static char **list_names(struct loader *loader, DIR *folder, struct arena *names, uint32_t *count)
{
	uint32_t capacity = 0;
	struct dirent *found;
	char **list = NULL;

	*count = 0;
	while ((errno = 0, found = readdir(folder))) {
		enum file_kind kind = kind_of(found->d_name);

		if (kind == FILE_NEAR_MISS)
			refuse_near_miss(
				loader, path_join(loader->arena, loader->directory, found->d_name));
		if (kind != FILE_REVISION)
			continue;
		if (*count == capacity) {
			capacity = capacity ? capacity * 2 : 64;
			list = memory_resize(list, capacity * sizeof *list);
		}
		list[(*count)++] = arena_strdup(names, found->d_name);
	}
	if (errno)
		refuse_unread(loader, errno);
	return list;
}

/* A stale index is worth writing again when an eighth of the directory had to be parsed. */
static void refresh_index(struct loader *loader, char **names, uint32_t count, uint32_t first,
	const struct index_stamp *stamp)
{
	struct source *source = loader->source;
	struct index_writer *writer;

	if (!loader->indexed || loader->looks || loader->parsed < (count + 7) / 8 ||
		source->count - first != count)
		return;
	writer = index_begin(loader->arena);
	for (uint32_t i = 0; i < count; i++) {
		struct index_entry entry = {
			names[i], source->revision[first + i], source->checksum[first + i]};

		index_add(writer, &entry, &stamp[i]);
	}
	index_write(writer, loader->directory_fd, loader->directory);
}

static int compare_names(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Small directories are read in the order of names, so that errors come in it. A large one keeps
 * the order that the index has too. */
static void read_directory(struct loader *loader, DIR *folder)
{
	struct arena names = {0};
	uint32_t count, first = loader->source->count;
	struct index_stamp *stamp;
	char **list;

	loader->directory_fd = dirfd(folder);
	list = list_names(loader, folder, &names, &count);
	refuse_twins(loader, list, count);
	make_room(loader, count);
	loader->indexed = count >= INDEX_THRESHOLD;
	loader->index = loader->indexed ? index_open(loader->arena, loader->directory_fd) : NULL;
	loader->parsed = 0;
	if (!loader->indexed && count)
		qsort(list, count, sizeof *list, compare_names);
	stamp = ARENA_ARRAY(&names, count, struct index_stamp);
	for (uint32_t i = 0; i < count; i++)
		read_file(loader, list[i], &stamp[i]);
	refresh_index(loader, list, count, first, stamp);
	free(list);
	arena_release(&names);
}

static bool same_directory(const char *left, const char *right)
{
	struct stat a, b;

	return !stat(*left ? left : ".", &a) && !stat(*right ? right : ".", &b) &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Each of its files would be its own duplicate. */
static bool refuse_repeated(struct loader *loader, const struct names *directories, uint32_t index)
{
	const char *directory = directories->item[index];
	struct migrate_error offence = {0};
	uint32_t first = 0;

	while (first < index && !same_directory(directories->item[first], directory))
		first++;
	if (first == index)
		return true;
	if (strcmp(directory, directories->item[first]) != 0)
		error_set(&offence, MIGRATE_E_CONFIG,
			"the versions directories \"%s\" and \"%s\" are the same",
			directories->item[first], directory);
	else
		error_set(&offence, MIGRATE_E_CONFIG,
			"the versions directory \"%s\" is named twice", directory);
	error_hint(&offence, "Name it once in \"versions:\" of the configuration.");
	offend(loader, &offence);
	return false;
}

static void open_directory(struct loader *loader, const char *directory)
{
	struct migrate_error offence = {0};
	DIR *folder = opendir(*directory ? directory : ".");

	loader->directory = directory;
	if (!folder) {
		error_set(&offence, MIGRATE_E_CONFIG,
			"could not open the versions directory \"%s\": %s", directory,
			strerror(errno));
		error_hint(&offence,
			"\"versions:\" in the configuration names it; \"migrate init\" "
			"makes one.");
		offend(loader, &offence);
		return;
	}
	read_directory(loader, folder);
	closedir(folder);
}

static bool load(struct arena *arena, const struct names *directories, struct source *source,
	bool looks, struct migrate_error *error)
{
	struct loader loader = {.arena = arena, .source = source, .looks = looks, .error = error};

	memset(source, 0, sizeof *source);
	for (uint32_t i = 0; i < directories->count; i++)
		if (refuse_repeated(&loader, directories, i))
			open_directory(&loader, directories->item[i]);
	if (loader.offences > OFFENCE_LIMIT)
		error_detail(error, "and %u more", loader.offences - OFFENCE_LIMIT);
	str_release(&loader.text);
	return !loader.offences;
}

bool source_load(struct arena *arena, const struct names *directories, struct source *source,
	struct migrate_error *error)
{
	return load(arena, directories, source, false, error);
}

bool source_look(struct arena *arena, const struct names *directories, struct source *source,
	struct migrate_error *error)
{
	return load(arena, directories, source, true, error);
}

static void add_others(
	struct arena *arena, const char *directory, DIR *folder, struct names *others, size_t *room)
{
	const char **item = (const char **)(uintptr_t)others->item;
	struct dirent *found;

	while ((found = readdir(folder))) {
		const char *path = path_join(arena, directory, found->d_name);

		if (found->d_name[0] == '.' || kind_of(found->d_name) != FILE_IGNORED)
			continue;
		ARENA_GROW(arena, item, others->count, *room);
		others->item = item;
		item[others->count++] = is_directory(path) ? arena_printf(arena, "%s/", path)
							   : path;
	}
}

struct names source_others(struct arena *arena, const struct names *directories)
{
	struct names others = {0};
	size_t room = 0;

	for (uint32_t i = 0; i < directories->count; i++) {
		const char *directory = directories->item[i];
		DIR *folder = opendir(*directory ? directory : ".");

		if (!folder)
			continue;
		add_others(arena, directory, folder, &others, &room);
		closedir(folder);
	}
	if (others.count)
		qsort((void *)(uintptr_t)others.item, others.count, sizeof *others.item,
			compare_names);
	return others;
}

bool source_is_large(const struct names *directories)
{
	for (uint32_t i = 0; i < directories->count; i++)
		if (index_exists(directories->item[i]))
			return true;
	return false;
}

static bool fail_changed(const struct revision *revision, struct migrate_error *error)
{
	error_set(error, MIGRATE_E_SCRIPT, "the file changed while it was being used");
	error_hint(error, "Run the command again.");
	return error_at(error, revision->file, 0, 0);
}

/* Followed by a NUL: at the file's end there is one. */
static const char *section_text(
	struct arena *arena, const char *text, size_t size, const struct section *section)
{
	if (section->offset + section->size == size)
		return text + section->offset;
	return arena_strndup(arena, text + section->offset, section->size);
}

static bool is_text(const char *text, size_t size)
{
	return !memchr(text, '\0', size) && utf8_invalid(text, size) == size;
}

static const char *read_text(struct arena *arena, const struct revision *revision, size_t *size,
	struct migrate_error *error)
{
	*size = revision->text_size;
	if (revision->text)
		return revision->text;
	return file_read(arena, AT_FDCWD, revision->file, revision->file, SCRIPT_LIMIT + 64 * 1024,
		size, MIGRATE_E_SCRIPT, error);
}

bool source_script(struct arena *arena, const struct revision *revision, bool downgrade,
	struct script *script, struct migrate_error *error)
{
	struct revision now;
	const struct section *section = downgrade ? &now.downgrade : &now.upgrade;
	size_t size;
	const char *text = read_text(arena, revision, &size, error);

	if (!text || !revision_parse(arena, revision->file, text, size, &now, error))
		return false;
	if (strcmp(now.id, revision->id) || !section->present)
		return fail_changed(revision, error);
	if (section->size > SCRIPT_LIMIT) {
		error_set(error, MIGRATE_E_SCRIPT, "the script has %u bytes, the limit is %d",
			section->size, SCRIPT_LIMIT);
		return error_at(error, revision->file, section->line, 1);
	}
	*script = (struct script){.sql = section_text(arena, text, size, section),
		.size = section->size,
		.line = section->line,
		.options = section->options};
	if (is_text(text, size)) {
		script->whole = text;
		script->whole_size = size;
	}
	script_checksum(script->sql, script->size, script->checksum);
	return true;
}
