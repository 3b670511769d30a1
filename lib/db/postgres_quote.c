/* postgres_quote: text and names as SQL, for PostgreSQL. Pure. */
#include "db/postgres_quote.h"

#include <string.h>

#include "db/sql.h"

void postgres_add_literal(struct str *out, const char *text, size_t size)
{
	if (!text || !memchr(text, '\\', size)) {
		sql_add_literal_bytes(out, text, size);
		return;
	}
	str_add(out, "E'");
	for (const char *end = text + size; text < end;) {
		const char *special = text;

		while (special < end && *special != '\'' && *special != '\\')
			special++;
		str_add_bytes(out, text, (size_t)(special - text));
		if (special < end) {
			str_add_char(out, *special);
			str_add_char(out, *special++);
		}
		text = special;
	}
	str_add_char(out, '\'');
}

void postgres_add_text(struct str *out, const char *text)
{
	postgres_add_literal(out, text, text ? strlen(text) : 0);
}

void postgres_add_name(struct str *out, const char *schema, const char *name)
{
	if (schema) {
		sql_add_identifier(out, schema);
		str_add_char(out, '.');
	}
	sql_add_identifier(out, name);
}

void postgres_add_array(struct str *out, const struct names *names)
{
	str_add(out, "CAST(ARRAY[");
	for (uint32_t i = 0; i < names->count; i++) {
		if (i)
			str_add(out, ", ");
		postgres_add_text(out, names->item[i]);
	}
	str_add(out, "] AS pg_catalog.text[])");
}
