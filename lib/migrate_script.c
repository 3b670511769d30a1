/* migrate_script: what a step of a plan would run, for who wants to read it before. */
#include <string.h>

#include "base/error.h"
#include "core/scan.h"
#include "project.h"

static void add_statement(
	struct arena *arena, struct names *list, uint32_t *capacity, const char *text, size_t size)
{
	ARENA_GROW(arena, list->item, list->count, *capacity);
	((const char **)list->item)[list->count++] = arena_strndup(arena, text, size);
}

/* A script that the scanner refuses was refused when the plan was made. */
static struct migrate_list statements_of(struct migrate *migrate, const struct script *script)
{
	struct scan_statement statement;
	struct names list = {0};
	struct scanner scanner;
	uint32_t capacity = 0;

	scan_begin(&scanner, migrate->driver->scan, script->sql, script->size);
	while (scan_next(&scanner, &statement))
		if (statement.command != SCAN_EMPTY)
			add_statement(&migrate->arena, &list, &capacity,
				script->sql + statement.first, statement.last - statement.first);
	return project_names(&list);
}

bool migrate_script(struct migrate *migrate, const struct migrate_step *step,
	struct migrate_script *out, struct migrate_error *error)
{
	uint32_t node = nametable_find(&migrate->graph.ids, step->revision->id);
	struct script *script = ARENA_NEW(&migrate->arena, struct script);

	memset(out, 0, sizeof *out);
	if (node == NAME_MISSING)
		return error_set(error, MIGRATE_E_UNKNOWN_REVISION, "no revision has the id \"%s\"",
			step->revision->id);
	if (!source_script(&migrate->arena, &migrate->graph.revision[node],
		    step->direction == MIGRATE_DOWNGRADE, script, error))
		return false;
	out->sql = script->sql;
	out->size = script->size;
	out->checksum = script->checksum;
	out->statements = statements_of(migrate, script);
	return true;
}
