/* section_join: where a script ends, a semicolon and a line end may be missing. Surprising: a
 * setting is refused in the last part too, since SQLite obeys some only where nothing stands before
 * them. */
#include "core/section_join.h"

#include "core/definitions.h"

struct joiner {
	struct arena *arena;
	enum scan_dialect dialect;
	struct str *out;
	const struct join_part *first; /* the first that holds a statement */
	uint32_t full;                 /* how many do */
	const struct join_part *sets;  /* one that makes a setting, or NULL */
};

/* The last statement, SCAN_EMPTY where there is none. */
static struct scan_statement last_statement(enum scan_dialect dialect, const struct join_part *part)
{
	struct scan_statement last = {.command = SCAN_EMPTY}, next;
	struct scanner scanner;

	scan_begin(&scanner, dialect, part->sql, part->size);
	while (scan_next(&scanner, &next))
		if (next.command != SCAN_EMPTY)
			last = next;
	return last;
}

static bool has_semicolon(const struct join_part *part, const struct scan_statement *statement)
{
	return statement->command == SCAN_COPY_STDIN ||
	       part->sql[statement->offset + statement->size - 1] == ';';
}

static void add_text(
	struct joiner *joiner, const struct join_part *part, const struct scan_statement *last)
{
	struct str *out = joiner->out;
	size_t split = has_semicolon(part, last) ? part->size : last->last;

	str_add_bytes(out, part->sql, split);
	if (split < part->size || !has_semicolon(part, last))
		str_add_char(out, ';');
	str_add_bytes(out, part->sql + split, part->size - split);
	while (out->size && (out->text[out->size - 1] == '\n' || out->text[out->size - 1] == '\r'))
		out->size--;
	str_add_char(out, '\n');
}

static bool same_options(const struct section_options *left, const struct section_options *right)
{
	return left->transaction == right->transaction &&
	       left->foreign_keys == right->foreign_keys &&
	       left->lock_timeout == right->lock_timeout &&
	       left->statement_timeout == right->statement_timeout;
}

static const char *add_part(struct joiner *joiner, const struct join_part *part)
{
	struct scan_statement last = last_statement(joiner->dialect, part), setting;

	str_printf(joiner->out, "%s-- %s%s%s\n", joiner->out->size ? "\n" : "", part->id,
		*part->message ? ", " : "", part->message);
	if (last.command == SCAN_EMPTY)
		return NULL;
	add_text(joiner, part, &last);
	if (!joiner->full++)
		joiner->first = part;
	if (definitions_find_setting(joiner->dialect, part->sql, part->size, &setting))
		joiner->sets = part;
	if (same_options(&part->options, &joiner->first->options))
		return NULL;
	return arena_printf(joiner->arena, "the sections of %s and %s have different options",
		joiner->first->id, part->id);
}

const char *section_join(struct arena *arena, enum scan_dialect dialect,
	const struct join_part *part, size_t count, struct str *out,
	struct section_options *options)
{
	struct joiner joiner = {.arena = arena, .dialect = dialect, .out = out};
	const char *why = NULL;

	*options = (struct section_options){
		.lock_timeout = DURATION_UNSET, .statement_timeout = DURATION_UNSET};
	for (size_t i = 0; !why && i < count; i++)
		why = add_part(&joiner, &part[i]);
	if (!why && joiner.sets && joiner.full > 1)
		why = arena_printf(arena, "%s makes a setting that would last for the others",
			joiner.sets->id);
	if (joiner.first)
		*options = joiner.first->options;
	return why;
}
