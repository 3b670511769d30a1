/* fuzz: what the targets share. A target is a file with one LLVMFuzzerTestOneInput, linked with
 * libFuzzer (make fuzz) or with driver.c, which runs its corpus (make check). */
#ifndef MIGRATE_TESTS_FUZZ_H
#define MIGRATE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "migrate.h"

#define HOLDS(condition)                                                                \
	do {                                                                            \
		if (!(condition)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                        \
		}                                                                       \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void check_visible(const char *text)
{
	for (; text && *text; text++)
		HOLDS((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t');
	HOLDS(!text || !strchr(text, 0x7f));
}

/* Every error says what, and nothing that steers a terminal. */
static inline void check_error(const struct migrate_error *error)
{
	HOLDS(error->code && error->message && error->message[0]);
	HOLDS(!strchr(error->message, '\n'));
	check_visible(error->message);
	check_visible(error->detail);
	check_visible(error->hint);
	check_visible(error->excerpt);
}

/* Repeats text up to 64 KiB into a buffer that the caller frees. */
static inline char *repeat(const char *text, size_t size, size_t *total)
{
	enum { SIZE = 64 * 1024 };
	char *many = malloc(SIZE + 1);

	for (*total = 0; size && *total + size <= SIZE; *total += size)
		memcpy(many + *total, text, size);
	many[*total] = '\0';
	return many;
}

/* Should this input be tried repeated as well? One in so many, always the same ones. */
static inline bool is_chosen(const uint8_t *data, size_t size, uint32_t one_in)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ data[i]) * 16777619u;
	return hash % one_in == 0;
}

/* 64 KiB take less than a second of the processor's time, sanitizers included. */
static inline void check_quick(clock_t begin)
{
	HOLDS(clock() - begin < CLOCKS_PER_SEC);
}

#endif
