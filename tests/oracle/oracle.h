/* What the two scanner oracles share: files, a pool of statements, random texts made of them. */
#ifndef TESTS_ORACLE_H
#define TESTS_ORACLE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "core/scan.h"

struct text {
	char *bytes; /* a NUL behind the last */
	size_t size;
};

struct pool {
	struct text *texts;
	size_t count;
};

static inline struct text oracle_read(const char *path)
{
	struct text text = {0};
	FILE *file = fopen(path, "rb");
	long size;

	if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0) {
		perror(path);
		exit(2);
	}
	rewind(file);
	text.bytes = memory_resize(NULL, (size_t)size + 1);
	text.size = fread(text.bytes, 1, (size_t)size, file);
	text.bytes[text.size] = '\0';
	fclose(file);
	return text;
}

static inline void oracle_keep(struct pool *pool, const char *bytes, size_t size)
{
	struct text text = {memory_resize(NULL, size + 1), size};

	memcpy(text.bytes, bytes, size);
	text.bytes[size] = '\0';
	pool->texts = memory_resize(pool->texts, (pool->count + 1) * sizeof *pool->texts);
	pool->texts[pool->count++] = text;
}

static inline uint64_t oracle_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed >> 11;
}

static inline void oracle_add_blanks(struct str *str, uint64_t *seed)
{
	static const char *const blanks[] = {"", "", "", " ", "\n", "\r\n", "\t", " -- it's; \"a\n",
		"/* ; $$ ' */", "/**/", "--\n", "\n\n-- $x$ (\n", "/* -- ; */ "};

	str_add(str, blanks[oracle_random(seed) % (sizeof blanks / sizeof *blanks)]);
}

/* One to twelve statements of the pool, with blanks, comments and empty statements between. */
static inline void oracle_compose(const struct pool *pool, struct str *str, uint64_t *seed)
{
	size_t left = 1 + oracle_random(seed) % 12;

	str_clear(str);
	while (left--) {
		const struct text *text = &pool->texts[oracle_random(seed) % pool->count];

		oracle_add_blanks(str, seed);
		str_add_bytes(str, text->bytes, text->size);
		oracle_add_blanks(str, seed);
		if (left || oracle_random(seed) % 2)
			str_add(str, oracle_random(seed) % 16 ? ";" : ";;");
	}
	oracle_add_blanks(str, seed);
}

#endif
