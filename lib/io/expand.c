/* expand: one pass over the text, with a stack of the defaults that are open. Surprising: values do
 * not recurse, so that a variable can neither loop nor grow what another one says. */
#include "io/expand.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"

enum { EXPANSION_LIMIT = 64 * 1024, NESTING_LIMIT = 16 };

struct expander {
	const struct variables *variables;
	const char *text, *end; /* what is left */
	struct str out;
	struct expansion expansion;
	size_t references, literals;
	unsigned depth, braces[NESTING_LIMIT]; /* open defaults; braces open in each */
	struct arena *arena;
	struct migrate_error *error;
};

size_t variable_name_size(const char *text, size_t size)
{
	size_t i = 0;

	for (; i < size; i++) {
		char low = text[i] | 0x20;
		bool is_letter = (low >= 'a' && low <= 'z') || text[i] == '_';

		if (!is_letter && !(i && text[i] >= '0' && text[i] <= '9'))
			break;
	}
	return i;
}

static bool fail(struct expander *expander, const char *message)
{
	error_set(expander->error, MIGRATE_E_CONFIG, "%s", message);
	return error_hint(
		expander->error, "Write ${NAME} or ${NAME:-default}; a dollar sign itself is $$.");
}

static void add_literal(struct expander *expander, size_t size)
{
	str_add_bytes(&expander->out, expander->text, size);
	expander->text += size;
	expander->literals++;
}

/* Past the default that text stands in, its closing brace included. */
static bool skip_default(struct expander *expander)
{
	unsigned open = 1;

	while (open && expander->text < expander->end) {
		open += *expander->text == '{';
		open -= *expander->text == '}';
		expander->text++;
	}
	return !open || fail(expander, "a ${ is not closed");
}

static void note_default(struct expander *expander, const char *name)
{
	struct names *names = expander->variables->defaulted;
	const char **item;

	if (!names || names_have(names, name))
		return;
	item = ARENA_ARRAY(expander->arena, names->count + 1, const char *);
	for (uint32_t i = 0; i < names->count; i++)
		item[i] = names->item[i];
	item[names->count++] = name;
	names->item = item;
}

static bool open_default(struct expander *expander, const char *name)
{
	if (expander->depth == NESTING_LIMIT)
		return fail(expander, "the defaults of variables are nested too deeply");
	note_default(expander, name);
	expander->braces[expander->depth++] = 0;
	return true;
}

static bool refuse_unset(struct expander *expander, const char *name)
{
	error_set(expander->error, MIGRATE_E_CONFIG, "the variable \"%s\" is not set", name);
	return error_hint(expander->error,
		"Set %s in the environment or in .env, or give a default as in ${%s:-default}.",
		name, name);
}

static void add_value(struct expander *expander, const struct variable *found)
{
	str_add(&expander->out, found->value);
	expander->references++;
	expander->expansion.origin = found->origin;
	expander->expansion.variable = found->name;
	expander->expansion.from_file = found->from_file;
}

/* Text stands behind the `${`. */
static bool read_reference(struct expander *expander)
{
	size_t left = (size_t)(expander->end - expander->text);
	size_t size = variable_name_size(expander->text, left);
	const char *name = arena_strndup(expander->arena, expander->text, size);
	struct variable found;

	expander->text += size;
	left -= size;
	if (!size || !left || (*expander->text != '}' && strncmp(expander->text, ":-", 2) != 0))
		return fail(expander, "a ${ does not begin a variable");
	if (!variables_read(expander->arena, expander->variables, name, &found, expander->error))
		return false;
	if (*expander->text == '}') {
		expander->text++;
		if (!found.value)
			return refuse_unset(expander, name);
		add_value(expander, &found);
		return true;
	}
	expander->text += 2;
	if (!found.value || !found.value[0])
		return open_default(expander, name);
	add_value(expander, &found);
	return skip_default(expander);
}

/* A brace inside a default. */
static void read_brace(struct expander *expander)
{
	unsigned *open = &expander->braces[expander->depth - 1];

	if (*expander->text == '}' && !*open) {
		expander->text++;
		expander->depth--;
		return;
	}
	if (*expander->text == '{')
		++*open;
	else
		--*open;
	add_literal(expander, 1);
}

static bool read_dollar(struct expander *expander)
{
	char next = expander->text[1];

	if (next == '{') {
		expander->text += 2;
		return read_reference(expander);
	}
	add_literal(expander, 1);
	expander->text += next == '$';
	return true;
}

static bool read_all(struct expander *expander)
{
	while (expander->text < expander->end) {
		size_t plain = strcspn(expander->text, expander->depth ? "${}" : "$");

		if (plain)
			add_literal(expander, plain);
		else if (*expander->text != '$')
			read_brace(expander);
		else if (!read_dollar(expander))
			return false;
		if (expander->out.size > EXPANSION_LIMIT)
			return fail(expander, "the value is too large with its variables");
	}
	return !expander->depth || fail(expander, "a ${ is not closed");
}

bool expand(struct arena *arena, const char *text, const struct variables *variables,
	struct expansion *expansion, struct migrate_error *error)
{
	struct expander expander = {.variables = variables,
		.text = text,
		.end = text + strlen(text),
		.arena = arena,
		.error = error};
	bool ok = read_all(&expander);

	if (ok) {
		*expansion = expander.expansion;
		expansion->text = arena_strndup(arena, str_text(&expander.out), expander.out.size);
		if (expander.references != 1 || expander.literals) {
			expansion->origin = ORIGIN_TEXT;
			expansion->variable = NULL;
			expansion->from_file = false;
		}
	}
	str_release(&expander.out);
	return ok;
}
