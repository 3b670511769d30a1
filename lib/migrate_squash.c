/* migrate_squash: one revision in place of a range. It is written, proved on scratch databases, and
 * only then the files change: the new one is made, those above stand on it, the replaced ones go.
 *
 * Surprising: no database is asked where it stands. One that has run the range adopts the revision
 * with its next run, and one in the range's midst is told which files it needs first. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "core/revision_parents.h"
#include "squash_text.h"

/* A file whose revision stood on the last of the range. */
struct above {
	const char *file;
	struct str text; /* as it is to be */
	mode_t mode;
};

struct squashing {
	struct migrate *migrate;
	struct migrate_squash *request;
	struct squash squash;
	struct squash_text text;
	struct squash_proof proof;
	struct above *above;
	uint32_t above_count;
	struct migrate_error *error;
};

static const struct revision *last_of(const struct squashing *s)
{
	return &s->migrate->graph.revision[squash_last(&s->squash)];
}

/* -------- The new revision -------- */

static const char *message_for(struct squashing *s)
{
	const char *first = s->migrate->graph.revision[s->squash.nodes.item[0]].id;

	if (s->request->message && s->request->message[strspn(s->request->message, " \t\r\n")])
		return s->request->message;
	return arena_printf(&s->migrate->arena, "Squash %s to %s", first, last_of(s)->id);
}

/* It is as old as the last of the range, so that it stays before what stands on it. */
static bool name_revision(struct squashing *s)
{
	struct migrate *migrate = s->migrate;
	const struct revision *last = last_of(s);
	struct new_revision new = {.message = message_for(s),
		.created = last->created ? (time_t)(last->created_at / 1000000) : time(NULL)};
	struct revision *revision = &s->text.revision;

	if (!project_new_id(migrate, s->request->revision_id, &new.id, s->error) ||
		!project_new_path(migrate, path_directory(&migrate->arena, last->file), &new,
			&revision->file, s->error))
		return false;
	if (file_exists(revision->file)) {
		error_set(s->error, MIGRATE_E_EXISTS, "\"%s\" exists already", revision->file);
		return error_hint(s->error, "Give another message with -m.");
	}
	revision->id = new.id;
	revision->message = new.message;
	revision->created = last->created;
	return true;
}

/* -------- What stands on it -------- */

static const char *parents_with(struct squashing *s, uint32_t node)
{
	const struct graph *graph = &s->migrate->graph;
	const char *text = "";

	for (uint32_t k = 0; k < edges_count(&graph->parents, node); k++) {
		uint32_t parent = edges_at(&graph->parents, node, k);

		text = arena_printf(&s->migrate->arena, "%s%s%s", text, k ? ", " : "",
			parent == squash_last(&s->squash) ? s->text.revision.id
							  : graph->revision[parent].id);
	}
	return text;
}

static bool read_above(struct squashing *s, uint32_t node, struct above *above)
{
	const struct revision *old = &s->migrate->graph.revision[node];
	struct str before = {0};
	struct revision now;
	struct stat status;
	bool good = file_load(&before, AT_FDCWD, old->file, old->file, SCRIPT_LIMIT, &status,
		MIGRATE_E_FILE, s->error);

	if (good) {
		above->file = old->file;
		above->mode = status.st_mode;
		revision_set_parents(&above->text, before.text, before.size, parents_with(s, node));
		good = revision_parse(&s->migrate->arena, old->file, above->text.text,
			above->text.size, &now, s->error);
	}
	if (good &&
		(strcmp(now.id, old->id) != 0 || !names_have(&now.parents, s->text.revision.id))) {
		error_set(s->error, MIGRATE_E_SCRIPT, "the header cannot be rewritten");
		good = error_at(s->error, old->file, 0, 0);
	}
	str_release(&before);
	return good;
}

static bool read_all_above(struct squashing *s)
{
	const struct edges *children = &s->migrate->graph.children;
	uint32_t last = squash_last(&s->squash), count = edges_count(children, last);

	s->above = ARENA_ARRAY(&s->migrate->arena, count, struct above);
	for (uint32_t i = 0; i < count; i++) {
		s->above_count++;
		if (!read_above(s, edges_at(children, last, i), &s->above[i]))
			return false;
	}
	return true;
}

/* -------- The proof -------- */

/* The graph as it will be; *node: the new revision. */
static bool build_graph(struct squashing *s, struct graph *graph, uint32_t *node)
{
	struct arena *arena = &s->migrate->arena;
	const struct graph *old = &s->migrate->graph;
	struct revision *revision = ARENA_ARRAY(arena, old->count + 1, struct revision);
	uint32_t count = 0;

	for (uint32_t i = 0; i < old->count; i++)
		if (!s->squash.marks[i])
			revision[count++] = old->revision[i];
	*node = count;
	revision[count++] = s->text.revision;
	return graph_build(arena, revision, count, graph, s->error);
}

static bool prove(struct squashing *s)
{
	struct graph graph;
	uint32_t node;

	if (!squash_text_choose(&s->text, s->request->concat, s->error) ||
		!squash_proof_begin(&s->proof, s->error) ||
		!squash_text_write(&s->text, &s->proof.after, s->error) ||
		!build_graph(s, &graph, &node))
		return false;
	s->proof.joined = s->text.joined;
	return squash_proof_compare(&s->proof, &graph, node, s->error);
}

/* -------- The files -------- */

static bool delete_replaced(struct squashing *s)
{
	struct migrate_list *deleted = &s->request->deleted;
	const char **item = ARENA_ARRAY(&s->migrate->arena, s->squash.nodes.count, const char *);

	deleted->item = item;
	for (uint32_t i = 0; i < s->squash.nodes.count; i++) {
		const char *file = s->migrate->graph.revision[s->squash.nodes.item[i]].file;

		if (unlink(file) && errno != ENOENT)
			return error_set(s->error, MIGRATE_E_FILE, "could not delete \"%s\": %s",
				file, strerror(errno));
		item[deleted->count++] = file;
	}
	return true;
}

static bool rewrite_above(struct squashing *s)
{
	struct migrate_list *rewritten = &s->request->rewritten;
	const char **item = ARENA_ARRAY(&s->migrate->arena, s->above_count, const char *);

	rewritten->item = item;
	for (uint32_t i = 0; i < s->above_count; i++) {
		const struct above *above = &s->above[i];

		if (!file_rewrite(
			    above->file, above->text.text, above->text.size, above->mode, s->error))
			return false;
		item[rewritten->count++] = above->file;
	}
	return true;
}

static bool change_files(struct squashing *s)
{
	const struct revision *revision = &s->text.revision;

	if (!file_create(revision->file, s->text.text.text, s->text.text.size, 0666, s->error))
		return false;
	if (rewrite_above(s) && delete_replaced(s))
		return true;
	error_detail(s->error, "\"%s\" is written, and is right.", revision->file);
	return error_hint(s->error, "Delete by hand what is left of the files that it replaces.");
}

static void fill(struct squashing *s)
{
	struct migrate *migrate = s->migrate;
	struct migrate_squash *request = s->request;
	const struct revision *revision = &s->text.revision;

	request->id = revision->id;
	request->file = revision->file;
	request->joined = s->text.joined;
	request->irreversible = revision->irreversible;
	request->replaced = project_names(&revision->replaces);
	project_emit(migrate, MIGRATE_NOTICE,
		s->text.joined ? arena_printf(&migrate->arena, "the scripts were joined: %s",
					 s->text.joined)
			       : "its upgrade is a dump of the schema");
	if (revision->irreversible)
		project_emit(migrate, MIGRATE_NOTICE,
			arena_printf(&migrate->arena, "it has no downgrade: %s",
				revision->irreversible));
}

/* They are others now. */
static void forget_files(struct migrate *migrate)
{
	migrate->loaded = false;
	migrate->view = NULL;
	migrate->runner.read = NULL;
}

bool migrate_squash(
	struct migrate *migrate, struct migrate_squash *request, struct migrate_error *error)
{
	struct resolver resolver = {&migrate->arena, &migrate->graph, NULL};
	struct squashing s = {.migrate = migrate, .request = request, .error = error};
	struct db_settings settings;
	bool good;

	s.text = (struct squash_text){.migrate = migrate, .squash = &s.squash};
	s.proof = (struct squash_proof){.migrate = migrate, .squash = &s.squash};
	request->deleted = request->rewritten = (struct migrate_list){0};
	good = project_settings(migrate, DB_READ, &settings, error) &&
	       project_load_for_database(migrate, error) &&
	       squash_find(&resolver, request->range, &s.squash, error) && name_revision(&s) &&
	       read_all_above(&s) && prove(&s) && change_files(&s);
	if (good)
		fill(&s);
	forget_files(migrate);
	for (uint32_t i = 0; i < s.above_count; i++)
		str_release(&s.above[i].text);
	squash_text_release(&s.text);
	squash_proof_release(&s.proof);
	return good;
}
