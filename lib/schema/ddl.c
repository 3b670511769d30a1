/* ddl: a dump is the statements of each object, in the order of needs, an empty line between. */
#include "schema/ddl.h"

void schema_dump(struct arena *arena, const struct schema *schema,
	const struct schema_dialect *dialect, struct str *out)
{
	struct schema_order order;
	struct ddl ddl = {.arena = arena, .schema = schema, .order = &order, .out = out};

	schema_sort(arena, schema, dialect->always, dialect->foldable, dialect->apart, &order);
	str_add(out, dialect->first);
	for (uint32_t i = 0; i < order.count; i++) {
		if (out->size)
			str_add_char(out, '\n');
		dialect->create(&ddl, order.object[i]);
	}
	if (*dialect->last && out->size)
		str_add_char(out, '\n');
	str_add(out, dialect->last);
}
