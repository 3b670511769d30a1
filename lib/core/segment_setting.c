/* segment_setting: does a statement change the session, by a setting or a temporary object? Knows
 * the forms that say so by themselves, set_config() as pg_dump writes it among them. Surprising:
 * such a statement is run once more when its script is resumed, so one that might do anything else
 * is none. */
#include <string.h>

#include "core/scan_lex.h"
#include "core/segment.h"

struct reader {
	struct scanner scanner;
	struct token token;
};

static void advance(struct reader *reader)
{
	scan_token(&reader->scanner, &reader->token);
}

static bool at_word(const struct reader *reader, const char *word)
{
	return scan_word_is(&reader->scanner, &reader->token, word);
}

static bool take_word(struct reader *reader, const char *word)
{
	if (!at_word(reader, word))
		return false;
	advance(reader);
	return true;
}

static bool take_symbol(struct reader *reader, char symbol)
{
	if (!scan_symbol_is(&reader->scanner, &reader->token, symbol))
		return false;
	advance(reader);
	return true;
}

/* (name, value, is_local), without a call among them, which may do more; not local. */
static bool take_arguments(struct reader *reader)
{
	bool local = false;

	if (!take_symbol(reader, '('))
		return false;
	while (!take_symbol(reader, ')')) {
		if (reader->token.kind == TOKEN_END || take_symbol(reader, '('))
			return false;
		local = at_word(reader, "true");
		advance(reader);
	}
	return !local;
}

/* Behind SELECT: one call, or several, and nothing else. */
static bool is_set_config(struct reader *reader)
{
	do {
		if (take_word(reader, "pg_catalog") && !take_symbol(reader, '.'))
			return false;
		if (!take_word(reader, "set_config") || !take_arguments(reader))
			return false;
	} while (take_symbol(reader, ','));
	take_symbol(reader, ';');
	return reader->token.kind == TOKEN_END;
}

static bool is_postgres_setting(struct reader *reader)
{
	if (take_word(reader, "select"))
		return is_set_config(reader);
	if (at_word(reader, "reset"))
		return true;
	return take_word(reader, "set") && !at_word(reader, "local") &&
	       !at_word(reader, "transaction") && !at_word(reader, "constraints");
}

bool segment_is_setting(enum scan_dialect dialect, const char *text, size_t size)
{
	struct reader reader;

	scan_begin(&reader.scanner, dialect, text, size);
	advance(&reader);
	if (dialect == SCAN_POSTGRESQL)
		return is_postgres_setting(&reader);
	return at_word(&reader, "attach") || at_word(&reader, "detach") ||
	       (at_word(&reader, "pragma") && (memchr(text, '=', size) || memchr(text, '(', size)));
}

bool segment_is_temporary(enum scan_dialect dialect, const char *text, size_t size)
{
	struct reader reader;

	scan_begin(&reader.scanner, dialect, text, size);
	advance(&reader);
	if (!take_word(&reader, "create"))
		return false;
	if (take_word(&reader, "or") && !take_word(&reader, "replace"))
		return false;
	if (!take_word(&reader, "global"))
		take_word(&reader, "local");
	return at_word(&reader, "temp") || at_word(&reader, "temporary");
}
