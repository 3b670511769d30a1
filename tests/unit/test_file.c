#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* Each test runs in an empty directory of its own, as nobody where it began as root. */
struct place {
	char path[64];
	struct arena arena;
	struct migrate_error error;
};

static int enter(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	strcpy(place->path, "/tmp/test_file.XXXXXX");
	if (!mkdtemp(place->path) || chmod(place->path, 0777) || chdir(place->path))
		return -1;
	*state = place;
	return geteuid() ? 0 : seteuid(65534);
}

static int leave(void **state)
{
	struct place *place = *state;
	char command[100];

	migrate_error_clear(&place->error);
	arena_release(&place->arena);
	if (getuid() == 0 && seteuid(0))
		return -1;
	snprintf(command, sizeof command, "rm -rf %s", place->path);
	if (chdir("/") || system(command))
		return -1;
	free(place);
	return 0;
}

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static char *get(struct place *place, const char *path)
{
	size_t size;
	char *text = file_read(
		&place->arena, AT_FDCWD, path, path, 1000, &size, MIGRATE_E_FILE, &place->error);

	if (!text)
		fail_msg("%s", place->error.message);
	return text;
}

static void expect_error(struct place *place, enum migrate_error_code code, const char *message)
{
	assert_int_equal(place->error.code, code);
	assert_string_equal(place->error.message, message);
	migrate_error_clear(&place->error);
}

static void a_file_is_read_whole(void **state)
{
	struct place *place = *state;
	size_t size;
	char *text;

	put("a", "some text");
	text = file_read(
		&place->arena, AT_FDCWD, "a", "a", 9, &size, MIGRATE_E_FILE, &place->error);
	assert_string_equal(text, "some text");
	assert_int_equal(size, 9);
	put("empty", "");
	assert_string_equal(get(place, "empty"), "");
}

static void a_file_is_loaded_into_a_string_that_is_used_again(void **state)
{
	struct place *place = *state;
	struct str text = {0};
	struct stat status;
	char *memory;

	put("a", "some text");
	put("b", "");
	assert_true(
		file_load(&text, AT_FDCWD, "a", "a", 9, &status, MIGRATE_E_FILE, &place->error));
	assert_string_equal(str_text(&text), "some text");
	assert_int_equal(text.size, 9);
	assert_int_equal(status.st_size, 9);
	memory = text.text;
	assert_true(file_load(&text, AT_FDCWD, "b", "b", 9, NULL, MIGRATE_E_FILE, &place->error));
	assert_string_equal(str_text(&text), "");
	assert_ptr_equal(text.text, memory);
	assert_false(
		file_load(&text, AT_FDCWD, "c", "c", 9, NULL, MIGRATE_E_SCRIPT, &place->error));
	assert_int_equal(place->error.code, MIGRATE_E_SCRIPT);
	str_release(&text);
}

static void expect_no_read(struct place *place, int directory, const char *name,
	enum migrate_error_code code, const char *message)
{
	size_t size;

	assert_null(file_read(&place->arena, directory, name, name, 5, &size, code, &place->error));
	expect_error(place, code, message);
}

static void what_is_no_file_of_the_right_size_is_refused_with_its_reason(void **state)
{
	struct place *place = *state;

	put("large", "123456");
	put("secret", "x");
	chmod("secret", 0);
	assert_int_equal(mkdir("d", 0777), 0);
	assert_int_equal(mkfifo("pipe", 0666), 0);
	assert_int_equal(symlink("loop", "loop"), 0);
	expect_no_read(place, AT_FDCWD, "large", MIGRATE_E_CONFIG,
		"\"large\" is too large: 6 bytes, the limit is 5");
	expect_no_read(place, AT_FDCWD, "none", MIGRATE_E_FILE,
		"could not open \"none\": No such file or directory");
	expect_no_read(place, AT_FDCWD, "secret", MIGRATE_E_SCRIPT,
		"could not open \"secret\": Permission denied");
	expect_no_read(place, AT_FDCWD, "d", MIGRATE_E_FILE, "\"d\" is not a regular file");
	expect_no_read(place, AT_FDCWD, "pipe", MIGRATE_E_FILE, "\"pipe\" is not a regular file");
	expect_no_read(place, AT_FDCWD, "loop", MIGRATE_E_FILE,
		"\"loop\" is a symbolic link, not a regular file");
}

static void links_are_followed_only_from_the_working_directory(void **state)
{
	struct place *place = *state;
	int directory = open(".", O_RDONLY | O_DIRECTORY);
	size_t size;

	put("a", "text");
	assert_int_equal(symlink("a", "link"), 0);
	assert_string_equal(get(place, "link"), "text");
	expect_no_read(place, directory, "link", MIGRATE_E_FILE,
		"\"link\" is a symbolic link, not a regular file");
	assert_string_equal(file_read(&place->arena, directory, "a", "a", 5, &size, MIGRATE_E_FILE,
				    &place->error),
		"text");
	close(directory);
}

static void a_file_shorter_than_it_claims_is_read_as_far_as_it_goes(void **state)
{
	static const char *const name = "/sys/kernel/uevent_seqnum"; /* 4096 bytes, says stat */
	struct place *place = *state;
	size_t size;
	char *text;

	if (!file_exists(name))
		skip();
	text = file_read(
		&place->arena, AT_FDCWD, name, name, 5000, &size, MIGRATE_E_FILE, &place->error);
	assert_non_null(text);
	assert_in_range(size, 1, 100);
	assert_int_equal(strlen(text), size);
}

static void existence_is_that_of_the_name_itself(void **state)
{
	(void)state;
	put("a", "");
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	assert_int_equal(mkdir("d", 0777), 0);
	assert_true(file_exists("a"));
	assert_true(file_exists("dangling"));
	assert_true(file_exists("d"));
	assert_false(file_exists("b"));
	assert_true(is_directory("d"));
	assert_false(is_directory("a"));
	assert_false(is_directory("dangling"));
	assert_false(is_directory("b"));
}

static unsigned entries(const char *path)
{
	DIR *directory = opendir(path);
	unsigned count = 0;

	while (readdir(directory))
		count++;
	closedir(directory);
	return count - 2;
}

static void a_new_file_appears_whole_and_alone(void **state)
{
	struct place *place = *state;
	struct stat status;
	mode_t mask = umask(027);

	assert_int_equal(mkdir("d", 0777), 0);
	assert_true(file_create("d/new", "text\n", 5, 0666, &place->error));
	umask(mask);
	assert_string_equal(get(place, "d/new"), "text\n");
	assert_int_equal(stat("d/new", &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
	assert_int_equal(entries("d"), 1);
}

static void an_existing_file_is_never_replaced_by_a_new_one(void **state)
{
	struct place *place = *state;

	put("a", "old");
	assert_false(file_create("a", "new", 3, 0666, &place->error));
	expect_error(place, MIGRATE_E_EXISTS, "\"a\" exists already");
	assert_string_equal(get(place, "a"), "old");
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	assert_false(file_create("dangling", "new", 3, 0666, &place->error));
	expect_error(place, MIGRATE_E_EXISTS, "\"dangling\" exists already");
	assert_false(file_exists("nowhere"));
}

static void replacing_takes_the_place_of_what_is_there(void **state)
{
	struct place *place = *state;

	put("a", "old");
	assert_true(file_replace("a", "new", 3, 0600, &place->error));
	assert_string_equal(get(place, "a"), "new");
	assert_true(file_replace("b", "", 0, 0600, &place->error));
	assert_string_equal(get(place, "b"), "");
	assert_int_equal(entries("."), 2);
}

static void a_leftover_of_a_dead_process_is_no_obstacle(void **state)
{
	struct place *place = *state;
	char name[64];

	for (unsigned i = 0; i < 3; i++) {
		snprintf(name, sizeof name, ".tmp-%ld-%u", (long)getpid(), i);
		put(name, "left over");
	}
	assert_true(file_create("a", "text", 4, 0666, &place->error));
	assert_string_equal(get(place, "a"), "text");
	assert_int_equal(entries("."), 4);
}

static void a_file_that_cannot_be_written_leaves_nothing(void **state)
{
	struct place *place = *state;

	assert_false(file_create("none/a", "x", 1, 0666, &place->error));
	expect_error(
		place, MIGRATE_E_FILE, "could not write \"none/a\": No such file or directory");
	assert_false(file_replace("none/a", "x", 1, 0666, &place->error));
	expect_error(
		place, MIGRATE_E_FILE, "could not write \"none/a\": No such file or directory");
	assert_int_equal(mkdir("d", 0777), 0);
	assert_false(file_replace("d", "x", 1, 0666, &place->error));
	expect_error(place, MIGRATE_E_FILE, "could not write \"d\": Is a directory");
	assert_false(file_create("d/", "x", 1, 0666, &place->error));
	expect_error(place, MIGRATE_E_EXISTS, "\"d/\" exists already");
	assert_int_equal(entries("."), 1);
	assert_int_equal(entries("d"), 0);
}

static void a_name_that_is_too_long_leaves_nothing(void **state)
{
	struct place *place = *state;
	char name[301];

	memset(name, 'n', 300);
	name[300] = '\0';
	assert_false(file_create(name, "x", 1, 0666, &place->error));
	assert_int_equal(place->error.code, MIGRATE_E_FILE);
	assert_non_null(strstr(place->error.message, "File name too long"));
	assert_int_equal(entries("."), 0);
}

static void a_full_disk_leaves_nothing(void **state)
{
	struct place *place = *state;
	struct rlimit before, limit;
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	bool created;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){2, before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	created = file_create("a", "text", 4, 0666, &place->error);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, handler);
	assert_false(created);
	expect_error(place, MIGRATE_E_FILE, "could not write \"a\": File too large");
	assert_int_equal(entries("."), 0);
}

static void directories_are_made_with_those_above(void **state)
{
	struct place *place = *state;

	assert_true(directory_create("a/b/c", &place->error));
	assert_true(is_directory("a/b/c"));
	assert_true(directory_create("a/b/c", &place->error));
	assert_true(directory_create("a//b///d/", &place->error));
	assert_true(is_directory("a/b/d"));
	assert_true(directory_create("", &place->error));
	assert_true(directory_create("/", &place->error));
	assert_true(directory_create("/tmp", &place->error));
}

static void a_directory_that_cannot_be_made_names_the_true_reason(void **state)
{
	struct place *place = *state;

	put("file", "");
	assert_false(directory_create("file/x", &place->error));
	expect_error(place, MIGRATE_E_FILE, "could not create the directory \"file\": File exists");
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	assert_false(directory_create("dangling", &place->error));
	expect_error(
		place, MIGRATE_E_FILE, "could not create the directory \"dangling\": File exists");
	assert_int_equal(mkdir("closed", 0555), 0);
	assert_false(directory_create("closed/x", &place->error));
	expect_error(place, MIGRATE_E_FILE,
		"could not create the directory \"closed/x\": Permission denied");
}

static void paths_are_joined_and_taken_apart(void **state)
{
	struct arena *arena = &((struct place *)*state)->arena;

	assert_string_equal(path_join(arena, "a", "b"), "a/b");
	assert_string_equal(path_join(arena, "a/", "b"), "a/b");
	assert_string_equal(path_join(arena, "/", "b"), "/b");
	assert_string_equal(path_join(arena, "", "b"), "b");
	assert_string_equal(path_join(arena, ".", "b"), "b");
	assert_string_equal(path_join(arena, "a", "/b"), "/b");
	assert_string_equal(path_directory(arena, "a"), "");
	assert_string_equal(path_directory(arena, "a/b/c"), "a/b");
	assert_string_equal(path_directory(arena, "/a"), "/");
	assert_string_equal(path_name("a"), "a");
	assert_string_equal(path_name("a/b/c"), "c");
	assert_string_equal(path_name("/"), "");
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_place(a_file_is_read_whole),
		in_place(a_file_is_loaded_into_a_string_that_is_used_again),
		in_place(what_is_no_file_of_the_right_size_is_refused_with_its_reason),
		in_place(links_are_followed_only_from_the_working_directory),
		in_place(a_file_shorter_than_it_claims_is_read_as_far_as_it_goes),
		in_place(existence_is_that_of_the_name_itself),
		in_place(a_new_file_appears_whole_and_alone),
		in_place(an_existing_file_is_never_replaced_by_a_new_one),
		in_place(replacing_takes_the_place_of_what_is_there),
		in_place(a_leftover_of_a_dead_process_is_no_obstacle),
		in_place(a_file_that_cannot_be_written_leaves_nothing),
		in_place(a_name_that_is_too_long_leaves_nothing),
		in_place(a_full_disk_leaves_nothing),
		in_place(directories_are_made_with_those_above),
		in_place(a_directory_that_cannot_be_made_names_the_true_reason),
		in_place(paths_are_joined_and_taken_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
