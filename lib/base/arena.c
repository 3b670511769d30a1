/* arena: a chain of blocks, the newest is bumped. Knows nothing of what it holds. Blocks come from
 * calloc, so that fresh memory is zero without being touched: an unused tail costs no page. */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
	struct arena_block *next;
	max_align_t data[];
};

enum { ARENA_FIRST = 4096, ARENA_LARGEST = 256 * 1024 };

static void (*exhaustion_hook)(void);

void arena_on_exhaustion(void (*hook)(void))
{
	exhaustion_hook = hook;
}

static _Noreturn void exhausted(void)
{
	if (exhaustion_hook)
		exhaustion_hook();
	abort();
}

void *memory_resize(void *block, size_t size)
{
	void *moved = realloc(block, size ? size : 1);

	if (!moved)
		exhausted();
	return moved;
}

static size_t round_up(size_t size)
{
	const size_t unit = _Alignof(max_align_t);

	if (size > SIZE_MAX - unit)
		exhausted();
	return (size + unit - 1) / unit * unit;
}

static struct arena_block *block_new(size_t capacity)
{
	struct arena_block *block;

	if (capacity > SIZE_MAX - sizeof *block)
		exhausted();
	block = calloc(1, sizeof *block + capacity);
	if (!block)
		exhausted();
	return block;
}

/* A request larger than a quarter of a block gets its own, behind the one in use. */
static void *alloc_apart(struct arena *arena, size_t size)
{
	struct arena_block *block = block_new(size);

	if (arena->block) {
		block->next = arena->block->next;
		arena->block->next = block;
	} else {
		arena->block = block;
		arena->used = arena->capacity = size;
	}
	return block->data;
}

static void add_block(struct arena *arena)
{
	size_t capacity = arena->largest ? arena->largest : ARENA_FIRST;
	struct arena_block *block = block_new(capacity);

	block->next = arena->block;
	arena->block = block;
	arena->used = 0;
	arena->capacity = capacity;
	arena->largest = capacity < ARENA_LARGEST ? capacity * 2 : capacity;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *memory;

	size = round_up(size ? size : 1);
	if (size > arena->capacity - arena->used) {
		if (size > (arena->largest ? arena->largest : ARENA_FIRST) / 4)
			return alloc_apart(arena, size);
		add_block(arena);
	}
	memory = (char *)arena->block->data + arena->used;
	arena->used += size;
	return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		exhausted();
	return arena_alloc(arena, count * size);
}

void *arena_move(struct arena *arena, const void *item, size_t count, size_t room, size_t size)
{
	void *moved = arena_array(arena, room, size);

	if (count)
		memcpy(moved, item, count * size);
	return moved;
}

char *arena_strndup(struct arena *arena, const char *text, size_t size)
{
	char *copy = arena_alloc(arena, size + 1);

	if (size)
		memcpy(copy, text, size);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
	va_list again;
	char *text;
	int size;

	va_copy(again, arguments);
	size = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (size < 0)
		exhausted();
	text = arena_alloc(arena, (size_t)size + 1);
	vsnprintf(text, (size_t)size + 1, format, arguments);
	return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = arena_vprintf(arena, format, arguments);
	va_end(arguments);
	return text;
}

void arena_release(struct arena *arena)
{
	struct arena_block *block = arena->block;

	while (block) {
		struct arena_block *next = block->next;

		free(block);
		block = next;
	}
	memset(arena, 0, sizeof *arena);
}
