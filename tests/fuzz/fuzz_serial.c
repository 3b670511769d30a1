/* fuzz_serial: any text as a schema that was kept. What is read is written in a form that is read
 * as the same schema. */

#include "fuzz.h"
#include "schema/compare.h"
#include "schema/serial.h"

static void check_schema(struct arena *arena, const struct schema *schema)
{
	struct schema_changes changes;
	struct schema again;
	struct str text = {0};

	serial_write(schema, &text);
	HOLDS(serial_read(arena, str_text(&text), &again));
	HOLDS(again.count == schema->count);
	HOLDS(again.unsupported_count == schema->unsupported_count);
	schema_compare(arena, schema, &again, &changes);
	HOLDS(!changes.count);
	str_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	char *text = arena_strndup(&arena, (const char *)data, strnlen((const char *)data, size));
	struct schema schema;

	if (serial_read(&arena, text, &schema))
		check_schema(&arena, &schema);
	arena_release(&arena);
	return 0;
}
