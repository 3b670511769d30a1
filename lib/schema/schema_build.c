/* schema_build: from what a reader adds, in any order, to a sorted schema whose objects refer to
 * each other by index. Knows no database. Surprising: an object's owner is found twice, once to
 * sort by it and once, all being in their places, to refer to it. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "schema/schema_key.h"

/* An object as it was added. */
struct draft {
	struct schema_object object;
	const char *id, *owner;
	struct draft *root, *parent;
	uint32_t property_capacity;
	uint32_t place; /* once sorted */
};

struct pair {
	const char *from, *to;
};

struct late {
	const char *id, *name, *text;
};

/* Items of one size, in malloc's memory. */
struct growing {
	void *item;
	uint32_t count, capacity;
};

/* A draft stays where it is while others are added. */
struct slot {
	struct draft *draft;
};

struct schema_builder {
	struct arena *arena;
	struct growing drafts;         /* struct slot */
	struct growing needs, aliases; /* struct pair */
	struct growing late;           /* struct late */
	struct growing unsupported;    /* const char * */
	struct nametable ids;
};

static void *grow(struct growing *list, size_t size)
{
	if (list->count == list->capacity) {
		list->capacity = list->capacity ? list->capacity * 2 : 64;
		list->item = memory_resize(list->item, list->capacity * size);
	}
	return (char *)list->item + list->count++ * size;
}

static struct draft *draft_at(const struct schema_builder *builder, uint32_t index)
{
	return ((struct slot *)builder->drafts.item)[index].draft;
}

struct schema_builder *schema_builder_open(struct arena *arena)
{
	struct schema_builder *builder = arena_alloc(arena, sizeof *builder);

	builder->arena = arena;
	return builder;
}

void schema_builder_close(struct schema_builder *builder)
{
	if (!builder)
		return;
	free(builder->drafts.item);
	free(builder->needs.item);
	free(builder->aliases.item);
	free(builder->late.item);
	free(builder->unsupported.item);
}

void schema_add(struct schema_builder *builder, const struct schema_entry *entry)
{
	struct draft *draft = arena_alloc(builder->arena, sizeof *draft);

	draft->object = (struct schema_object){.kind = entry->kind,
		.name = arena_strdup(builder->arena, entry->name),
		.owner = SCHEMA_NONE,
		.position = entry->position};
	draft->id = arena_strdup(builder->arena, entry->id);
	draft->owner = entry->owner ? arena_strdup(builder->arena, entry->owner) : NULL;
	((struct slot *)grow(&builder->drafts, sizeof(struct slot)))->draft = draft;
}

static void add_property(
	struct schema_builder *builder, struct draft *draft, const char *name, const char *text)
{
	struct schema_object *object = &draft->object;
	struct schema_property *property;

	if (object->property_count == draft->property_capacity) {
		draft->property_capacity += 8;
		property = ARENA_ARRAY(
			builder->arena, draft->property_capacity, struct schema_property);
		for (uint32_t i = 0; i < object->property_count; i++)
			property[i] = object->property[i];
		object->property = property;
	}
	property = (struct schema_property *)&object->property[object->property_count++];
	*property = (struct schema_property){
		arena_strdup(builder->arena, name), arena_strdup(builder->arena, text)};
}

void schema_add_property(struct schema_builder *builder, const char *name, const char *text)
{
	if (text && *text)
		add_property(builder, draft_at(builder, builder->drafts.count - 1), name, text);
}

void schema_add_property_to(
	struct schema_builder *builder, const char *id, const char *name, const char *text)
{
	if (text && *text)
		*(struct late *)grow(&builder->late, sizeof(struct late)) = (struct late){
			arena_strdup(builder->arena, id), arena_strdup(builder->arena, name),
			arena_strdup(builder->arena, text)};
}

static void add_pair(
	struct schema_builder *builder, struct growing *list, const char *from, const char *to)
{
	*(struct pair *)grow(list, sizeof(struct pair)) = (struct pair){
		arena_strdup(builder->arena, from), arena_strdup(builder->arena, to)};
}

void schema_add_need(struct schema_builder *builder, const char *id, const char *needed)
{
	add_pair(builder, &builder->needs, id, needed);
}

void schema_add_alias(struct schema_builder *builder, const char *id, const char *alias)
{
	add_pair(builder, &builder->aliases, id, alias);
}

void schema_add_unsupported(struct schema_builder *builder, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	*(const char **)grow(&builder->unsupported, sizeof(char *)) = arena_vprintf(
		builder->arena, format, arguments);
	va_end(arguments);
}

static struct draft *find(const struct schema_builder *builder, const char *id)
{
	uint32_t index = nametable_find(&builder->ids, id);

	return index == NAME_MISSING ? NULL : draft_at(builder, index);
}

/* Before there are aliases: what is said of an alias is not said of the object. */
static void add_late(struct schema_builder *builder)
{
	const struct late *late = builder->late.item;

	for (uint32_t i = 0; i < builder->late.count; i++) {
		struct draft *draft = find(builder, late[i].id);

		if (draft)
			add_property(builder, draft, late[i].name, late[i].text);
	}
}

/* The table of ids holds drafts as they were added: it is good until they are sorted. */
static bool index_ids(struct schema_builder *builder, struct migrate_error *error)
{
	const struct pair *alias = builder->aliases.item;

	nametable_init(
		&builder->ids, builder->arena, builder->drafts.count + builder->aliases.count);
	for (uint32_t i = 0; i < builder->drafts.count; i++)
		if (!nametable_add(&builder->ids, draft_at(builder, i)->id, i))
			return error_set(error, MIGRATE_E_DATABASE,
				"the catalogue has two objects \"%s\"", draft_at(builder, i)->id);
	add_late(builder);
	for (uint32_t i = 0; i < builder->aliases.count; i++) {
		uint32_t index = nametable_find(&builder->ids, alias[i].from);

		if (index != NAME_MISSING)
			nametable_add(&builder->ids, alias[i].to, index);
	}
	return true;
}

/* Owners have owners: a chain is followed to its end, which a cycle has not. */
static bool find_owners(struct schema_builder *builder, struct migrate_error *error)
{
	for (uint32_t i = 0; i < builder->drafts.count; i++) {
		struct draft *draft = draft_at(builder, i);

		draft->parent = draft->owner ? find(builder, draft->owner) : NULL;
		if (draft->owner && (!draft->parent || draft->parent == draft))
			return error_set(error, MIGRATE_E_DATABASE,
				"the catalogue has no owner of \"%s\"", draft->object.name);
	}
	for (uint32_t i = 0; i < builder->drafts.count; i++) {
		struct draft *draft = draft_at(builder, i);

		draft->root = draft;
		for (uint32_t step = 0; draft->root->parent; step++) {
			if (step == builder->drafts.count)
				return error_set(error, MIGRATE_E_DATABASE,
					"the catalogue has owners in a circle");
			draft->root = draft->root->parent;
		}
	}
	return true;
}

static int compare_numbers(uint32_t left, uint32_t right)
{
	return (left > right) - (left < right);
}

static int compare_drafts(const void *left, const void *right)
{
	const struct draft *a = ((const struct slot *)left)->draft;
	const struct draft *b = ((const struct slot *)right)->draft;
	int order;

	if ((order = compare_numbers(a->root->object.kind, b->root->object.kind)) ||
		(order = strcmp(a->root->object.name, b->root->object.name)) ||
		(order = compare_numbers(!!a->parent, !!b->parent)) ||
		(order = compare_numbers(a->object.kind, b->object.kind)) ||
		(order = compare_numbers(a->object.position, b->object.position)) ||
		(order = strcmp(a->object.name, b->object.name)))
		return order;
	return strcmp(a->id, b->id);
}

static int compare_texts(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Makes room for each object's list, sized by a first pass and filled by a second. */
static void add_to(struct schema_list *list, uint32_t item)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (list->item[i] == item)
			return;
	list->item[list->count++] = item;
}

static bool is_need(const struct draft *from, const struct draft *to)
{
	return from && to && from != to && from->parent != to;
}

static void link_needs(struct schema_builder *builder, struct schema *schema)
{
	const struct pair *need = builder->needs.item;
	uint32_t *room = ARENA_ARRAY(builder->arena, schema->count + 1, uint32_t);

	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < builder->needs.count; i++) {
			struct draft *from = find(builder, need[i].from);
			struct draft *to = find(builder, need[i].to);

			if (!is_need(from, to))
				continue;
			if (pass)
				add_to(&schema->object[from->place].needs, to->place);
			else
				room[from->place]++;
		}
		for (uint32_t i = 0; !pass && i < schema->count; i++)
			schema->object[i].needs.item = ARENA_ARRAY(
				builder->arena, room[i] + 1, uint32_t);
	}
}

static void link_parts(struct schema_builder *builder, struct schema *schema)
{
	uint32_t *room = ARENA_ARRAY(builder->arena, schema->count + 1, uint32_t);

	for (uint32_t i = 0; i < schema->count; i++)
		if (schema->object[i].owner != SCHEMA_NONE)
			room[schema->object[i].owner]++;
	for (uint32_t i = 0; i < schema->count; i++)
		schema->object[i].parts.item = ARENA_ARRAY(builder->arena, room[i] + 1, uint32_t);
	for (uint32_t i = 0; i < schema->count; i++) {
		uint32_t owner = schema->object[i].owner;

		if (owner != SCHEMA_NONE) {
			struct schema_list *parts = &schema->object[owner].parts;

			parts->item[parts->count++] = i;
		}
	}
}

static int compare_items(const void *left, const void *right)
{
	return compare_numbers(*(const uint32_t *)left, *(const uint32_t *)right);
}

static void sort_needs(struct schema *schema)
{
	for (uint32_t i = 0; i < schema->count; i++)
		qsort(schema->object[i].needs.item, schema->object[i].needs.count, sizeof(uint32_t),
			compare_items);
}

static bool index_names(struct arena *arena, struct schema *schema, struct migrate_error *error)
{
	nametable_init(&schema->index, arena, schema->count);
	for (uint32_t i = 0; i < schema->count; i++) {
		const struct schema_object *object = &schema->object[i];
		const char *key = schema_key(arena, object->kind, object->owner, object->name);

		if (!nametable_add(&schema->index, key, i))
			return error_set(error, MIGRATE_E_DATABASE, "the catalogue has two: %s",
				schema_describe(arena, schema, i));
	}
	return true;
}

bool schema_build(
	struct schema_builder *builder, struct schema *schema, struct migrate_error *error)
{
	uint32_t count = builder->drafts.count;
	struct slot *sorted = ARENA_ARRAY(builder->arena, count + 1, struct slot);

	memset(schema, 0, sizeof *schema);
	if (!index_ids(builder, error) || !find_owners(builder, error))
		return false;
	for (uint32_t i = 0; i < count; i++)
		sorted[i].draft = draft_at(builder, i);
	qsort(sorted, count, sizeof *sorted, compare_drafts);
	schema->object = ARENA_ARRAY(builder->arena, count + 1, struct schema_object);
	schema->count = count;
	for (uint32_t i = 0; i < count; i++)
		sorted[i].draft->place = i;
	for (uint32_t i = 0; i < count; i++) {
		schema->object[i] = sorted[i].draft->object;
		if (sorted[i].draft->parent)
			schema->object[i].owner = sorted[i].draft->parent->place;
	}
	link_parts(builder, schema);
	link_needs(builder, schema);
	sort_needs(schema);
	schema->unsupported_count = builder->unsupported.count;
	schema->unsupported = ARENA_ARRAY(
		builder->arena, schema->unsupported_count + 1, const char *);
	for (uint32_t i = 0; i < schema->unsupported_count; i++)
		schema->unsupported[i] = ((const char **)builder->unsupported.item)[i];
	qsort(schema->unsupported, schema->unsupported_count, sizeof(char *), compare_texts);
	return index_names(builder->arena, schema, error);
}
