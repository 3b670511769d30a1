/* ddl: a dump is the statements of each object, in the order of needs, an empty line between. */
#include "schema/ddl.h"

/* An object that is there in an empty database too may have nothing to write. */
static void add_object(const struct ddl *ddl, const struct schema_dialect *dialect, uint32_t object)
{
	struct str *out = ddl->out;
	size_t before = out->size, gap = before > 0;

	if (gap)
		str_add_char(out, '\n');
	dialect->create(ddl, object);
	ddl->written[object] = true;
	if (gap && out->size == before + gap)
		out->text[out->size = before] = '\0';
}

static void dump(struct arena *arena, const struct schema *schema,
	const struct schema_dialect *dialect, const char *first, struct str *out)
{
	struct schema_order order;
	struct ddl ddl = {.arena = arena, .schema = schema, .order = &order, .out = out};

	ddl.written = ARENA_ARRAY(arena, schema->count + 1, bool);
	schema_sort(arena, schema, dialect->always, dialect->foldable, dialect->apart, &order);
	str_add(out, first);
	for (uint32_t i = 0; i < order.count; i++)
		add_object(&ddl, dialect, order.object[i]);
	if (*dialect->last && out->size)
		str_add_char(out, '\n');
	str_add(out, dialect->last);
}

void schema_dump(struct arena *arena, const struct schema *schema,
	const struct schema_dialect *dialect, struct str *out)
{
	dump(arena, schema, dialect, dialect->first, out);
}

void schema_dump_script(struct arena *arena, const struct schema *schema,
	const struct schema_dialect *dialect, struct str *out)
{
	dump(arena, schema, dialect, dialect->first_local, out);
}
