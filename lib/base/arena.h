/* arena: memory that is given back all at once.
 *
 * Every allocation lives until arena_release; nothing is freed alone. Allocation
 * never returns NULL: when memory runs out the hook of arena_on_exhaustion is called and, should it
 * return, the process aborts. A zeroed struct is an empty arena. Not safe for two threads at once.
 */
#ifndef MIGRATE_BASE_ARENA_H
#define MIGRATE_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *block; /* newest first */
	size_t used, capacity;     /* bytes in the newest block */
	size_t largest;            /* size of the next ordinary block */
};

/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);
/* count * size with overflow checked. */
void *arena_array(struct arena *arena, size_t count, size_t size);
/* A copy of count items in an array of room; behind ARENA_GROW. */
void *arena_move(struct arena *arena, const void *item, size_t count, size_t room, size_t size);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t size);
__attribute__((format(printf, 2, 3))) char *arena_printf(
	struct arena *arena, const char *format, ...);
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments);

/* Gives the memory back and keeps the arena usable. */
void arena_release(struct arena *arena);

/* For resources outside an arena: malloc and realloc under the same out-of-memory policy. */
void *memory_resize(void *block, size_t size);
void arena_on_exhaustion(void (*hook)(void));

#define ARENA_NEW(arena, type)          ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))
/* Sees to it that the array item of count items takes one more. room is how many it takes, 0 and
 * any item before the first. The arrays left behind are together no longer than the last one. */
#define ARENA_GROW(arena, item, count, room)                                                   \
	do {                                                                                   \
		if ((count) == (room)) {                                                       \
			(room) = (room) ? (room)*2 : 4;                                        \
			(item) = arena_move((arena), (item), (count), (room), sizeof *(item)); \
		}                                                                              \
	} while (0)

#endif
