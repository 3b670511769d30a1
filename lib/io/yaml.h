/* yaml: a small document as a tree, through libyaml's events.
 *
 * Only what a configuration needs: mappings with scalar keys, sequences, scalars. Refused with
 * file, line and column: anchors, aliases, tags, duplicate keys, a second document, more than
 * YAML_DEPTH_LIMIT levels, more than YAML_ENTRY_LIMIT entries in one collection, UTF-16, invalid
 * UTF-8 and zero bytes, escaped ones too.
 */
#ifndef MIGRATE_IO_YAML_H
#define MIGRATE_IO_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "migrate.h"

enum { YAML_SIZE_LIMIT = 64 * 1024, YAML_DEPTH_LIMIT = 16, YAML_ENTRY_LIMIT = 1000 };

enum yaml_kind { YAML_NULL, YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	const char *key;  /* in a mapping */
	const char *text; /* YAML_TEXT; of YAML_NULL what was written */
	size_t count;     /* of a collection's entries */
	struct yaml_node *first, *next;
	/* In characters from the start of the text, as libyaml counts */
	size_t key_index, index;
};

struct yaml {
	const char *file, *text; /* text without its BOM */
	size_t size;
	struct yaml_node *root; /* NULL: an empty document */
};

/* File and text must live as long as yaml. Error: MIGRATE_E_CONFIG. */
bool yaml_parse(struct arena *arena, const char *file, const char *text, size_t size,
	struct yaml *yaml, struct migrate_error *error);
/* The entry of a mapping, or NULL. map may be NULL. */
struct yaml_node *yaml_find(const struct yaml_node *map, const char *key);

/* The key as a message may name it: one that could be a URL is "***". */
const char *yaml_shown_key(const char *key);
/* Adds the position of a node, or of its key, and the line as excerpt unless it could hold a
 * password. Returns false. */
bool yaml_error_at(
	const struct yaml *yaml, const struct yaml_node *node, struct migrate_error *error);
bool yaml_error_at_key(
	const struct yaml *yaml, const struct yaml_node *node, struct migrate_error *error);

#endif
