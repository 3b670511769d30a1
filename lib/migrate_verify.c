/* migrate_verify: does each downgrade undo its upgrade? The subject, a scratch database, goes up,
 * down and up again with each revision, and its schema is compared with what it was before.
 *
 * Surprising: where the driver has a digest of the schema there is a second database, the
 * reference, which goes only up: when both should be the same their digests are compared, and
 * schemas are read only where those differ; of a thousand revisions that are right none is ever
 * read. Elsewhere there is one database, because what a script makes outside of it, a role, could
 * not be made twice. */
#include <string.h>

#include "base/error.h"
#include "verify.h"

/* -------- Running -------- */

bool verify_run(struct verifying *v, struct scratch *scratch, uint32_t node, bool downgrade,
	struct migrate_error *error)
{
	return scratch_run(scratch, &v->memory, node, downgrade, error);
}

static bool open_scratch(struct verifying *v, struct scratch *scratch, struct migrate_error *error)
{
	return scratch_open(scratch, v->migrate, error) && scratch_lock(scratch, &v->memory, error);
}

void verify_find_failure(
	struct verifying *v, uint32_t node, const char *what, struct migrate_error *failure)
{
	const struct revision *revision = &v->migrate->graph.revision[node];
	const char *message = arena_printf(
		&v->migrate->arena, "%s of %s fails: %s", what, revision->id, failure->message);
	struct migrate_finding *finding;

	findings_add_error(&v->found, MIGRATE_CHECK_VERIFY, node, failure);
	finding = &v->found.item[v->found.count - 1];
	finding->message = message;
}

bool verify_renew(struct verifying *v, uint32_t count, struct migrate_error *error)
{
	struct migrate_error failure = {0};

	scratch_close(&v->subject);
	if (!open_scratch(v, &v->subject, error))
		return false;
	for (uint32_t i = 0; i < count && !v->stopped; i++) {
		if (verify_run(v, &v->subject, v->order.item[i], false, &failure)) {
			if (!verify_seed(v, &v->subject, v->order.item[i], error))
				return false;
			continue;
		}
		if (project_was_stopped(&failure))
			return error_copy(error, &failure);
		verify_find_failure(v, v->order.item[i],
			"nothing more is tried: in another new database the upgrade", &failure);
		v->stopped = true;
	}
	return true;
}

/* -------- Comparing -------- */

static bool read_schema(struct verifying *v, struct scratch *scratch, struct arena *arena,
	struct schema *schema, struct migrate_error *error)
{
	return project_read_schema(v->migrate, scratch->db, arena, schema, error);
}

bool verify_has_digest(const struct verifying *v)
{
	return v->migrate->driver->digest_schema != NULL;
}

static bool same_digests(struct verifying *v, bool *same, struct migrate_error *error)
{
	const struct db_driver *driver = v->migrate->driver;
	struct str subject = {0}, reference = {0};
	bool good = driver->digest_schema(v->subject.db, &subject, error) &&
		    driver->digest_schema(v->reference.db, &reference, error);

	*same = subject.size == reference.size &&
		!memcmp(str_text(&subject), str_text(&reference), subject.size);
	str_release(&subject);
	str_release(&reference);
	return good;
}

/* Keeps the subject's schema, where nothing else does. */
static bool keep(struct verifying *v, struct snapshot *snapshot, struct migrate_error *error)
{
	if (verify_has_digest(v))
		return true;
	arena_release(&snapshot->memory);
	return read_schema(v, &v->subject, &snapshot->memory, &snapshot->schema, error);
}

/* What the subject's schema should be. *same: it is, and need not be read. */
static bool find_expected(struct verifying *v, const struct snapshot *snapshot,
	struct schema *expected, bool *same, struct migrate_error *error)
{
	*same = false;
	if (!verify_has_digest(v)) {
		*expected = snapshot->schema;
		return true;
	}
	return same_digests(v, same, error) &&
	       (*same || read_schema(v, &v->reference, &v->memory, expected, error));
}

bool verify_compare(struct verifying *v, const struct snapshot *snapshot, const char *what,
	struct migrate_finding **finding, struct migrate_error *error)
{
	struct schema_changes changes;
	struct schema subject, expected;
	bool same;

	*finding = NULL;
	if (!find_expected(v, snapshot, &expected, &same, error))
		return false;
	if (same)
		return true;
	if (!read_schema(v, &v->subject, &v->memory, &subject, error))
		return false;
	schema_compare(&v->memory, &expected, &subject, &changes);
	if (!changes.count)
		return true;
	*finding = findings_add(&v->found, MIGRATE_CHECK_VERIFY,
		arena_printf(&v->migrate->arena, "%s: %s", what,
			project_schema_changes(v->migrate, &changes)));
	(*finding)->diff = project_schema_diff(
		v->migrate, &changes, "--- as it should be\n+++ as it is\n");
	return true;
}

/* -------- One revision -------- */

void verify_place(struct verifying *v, struct migrate_finding *finding, uint32_t node,
	const struct section *section)
{
	const struct revision *revision = &v->migrate->graph.revision[node];

	finding->file = finding->near = revision->file;
	finding->line = section->present && section->line ? section->line : 1;
	finding->column = 1;
	finding->revisions = project_ids(v->migrate, (struct nodes){&node, 1});
	finding->fix = arena_printf(&v->migrate->arena, "migrate edit %s", revision->id);
}

/* Down; *clean: all is as it was before. */
static bool go_down(struct verifying *v, uint32_t node, bool *clean, struct migrate_error *error)
{
	const struct revision *revision = &v->migrate->graph.revision[node];
	struct migrate_error failure = {0};
	struct migrate_finding *finding;

	*clean = false;
	if (!verify_run(v, &v->subject, node, true, &failure)) {
		if (project_was_stopped(&failure))
			return error_copy(error, &failure);
		verify_find_failure(v, node, "the downgrade", &failure);
		return true;
	}
	if (!verify_compare(v, &v->before,
		    arena_printf(&v->memory,
			    "the downgrade of %s does not bring back the schema that was there "
			    "before",
			    revision->id),
		    &finding, error))
		return false;
	if (!finding)
		return verify_compare_rows(v, node, ROWS_DOWN, clean, error);
	verify_place(v, finding, node, &revision->downgrade);
	return true;
}

/* Down, and up again; *clean: the subject is as the reference will be. */
static bool down_and_up(
	struct verifying *v, uint32_t node, bool *clean, struct migrate_error *error)
{
	struct migrate_error failure = {0};

	if (!go_down(v, node, clean, error))
		return false;
	if (!*clean || verify_run(v, &v->subject, node, false, &failure))
		return true;
	*clean = false;
	if (project_was_stopped(&failure))
		return error_copy(error, &failure);
	verify_find_failure(v, node, "the second upgrade", &failure);
	return true;
}

static bool up_again(struct verifying *v, uint32_t node, bool *clean, struct migrate_error *error)
{
	const struct revision *revision = &v->migrate->graph.revision[node];
	struct migrate_finding *finding;

	if (verify_has_digest(v) && !verify_run(v, &v->reference, node, false, error))
		return false;
	if (!*clean)
		return true;
	if (!verify_compare(v, &v->after,
		    arena_printf(&v->memory,
			    "the second upgrade of %s makes another schema than the first",
			    revision->id),
		    &finding, error))
		return false;
	if (!finding)
		return verify_compare_rows(v, node, ROWS_AGAIN, clean, error);
	verify_place(v, finding, node, &revision->upgrade);
	*clean = false;
	return true;
}

static void find_no_downgrade(struct verifying *v, uint32_t node)
{
	const struct revision *revision = &v->migrate->graph.revision[node];
	struct migrate_finding *finding = findings_add(&v->found, MIGRATE_CHECK_VERIFY,
		arena_printf(
			&v->migrate->arena, "revision %s has no downgrade section", revision->id));

	verify_place(v, finding, node, &revision->downgrade);
	finding->hint = "Write the downgrade, or \"-- irreversible: REASON\" in the header.";
}

/* Is it one that goes down too? */
static bool is_reversible(struct verifying *v, uint32_t node)
{
	const struct revision *revision = &v->migrate->graph.revision[node];

	if (!v->wanted[node])
		return false;
	if (revision->irreversible) {
		v->skipped[v->verify->skipped.count++] = revision->id;
		return false;
	}
	if (!revision->downgrade.present)
		find_no_downgrade(v, node);
	return revision->downgrade.present;
}

/* The rows that are to be there from now on. A new subject has them. */
static bool seed(struct verifying *v, uint32_t index, bool clean, struct migrate_error *error)
{
	uint32_t node = v->order.item[index];

	if (verify_has_digest(v) && !verify_seed(v, &v->reference, node, error))
		return false;
	return clean ? verify_seed(v, &v->subject, node, error) : verify_renew(v, index + 1, error);
}

static bool verify_one(struct verifying *v, uint32_t index, struct migrate_error *error)
{
	uint32_t node = v->order.item[index];
	bool clean = true, reversible = is_reversible(v, node);
	struct snapshot before;

	verify_forget_rows(v, reversible);
	if (!verify_keep_rows(v, ROWS_BEFORE, error) ||
		!verify_run(v, &v->subject, node, false, error) || !keep(v, &v->after, error) ||
		!verify_keep_rows(v, ROWS_UP, error) ||
		(reversible && !down_and_up(v, node, &clean, error)))
		return false;
	v->verify->verified += reversible;
	if (reversible ? !up_again(v, node, &clean, error)
		       : verify_has_digest(v) && !verify_run(v, &v->reference, node, false, error))
		return false;
	before = v->before;
	v->before = v->after;
	v->after = before;
	return seed(v, index, clean, error);
}

/* -------- All -------- */

/* What no comparison has looked at. */
static bool warn_unsupported(struct verifying *v, struct migrate_error *error)
{
	struct schema schema;

	if (!read_schema(v, &v->subject, &v->memory, &schema, error))
		return false;
	project_tell_unsupported(v->migrate, "not compared",
		&(struct migrate_list){schema.unsupported, schema.unsupported_count});
	return true;
}

static bool verify_all(struct verifying *v, struct migrate_error *error)
{
	if ((verify_has_digest(v) && !open_scratch(v, &v->reference, error)) ||
		!open_scratch(v, &v->subject, error) || !keep(v, &v->before, error))
		return false;
	for (uint32_t i = 0; i < v->order.count && !v->stopped; i++) {
		arena_release(&v->memory);
		if (!verify_one(v, i, error))
			return false;
	}
	return v->stopped || (warn_unsupported(v, error) && verify_branches(v, error));
}

static bool find_range(struct verifying *v, struct migrate_error *error)
{
	struct migrate *migrate = v->migrate;
	struct arena *arena = &migrate->arena;
	struct resolver resolver = {arena, &migrate->graph, NULL};
	uint8_t *marks = graph_marks(arena, &migrate->graph);
	uint8_t *all = graph_all(arena, &migrate->graph);
	const char *range = v->verify->range, *from = range, *to = range;
	struct nodes nodes;

	v->order = graph_order(arena, &migrate->graph, all);
	v->wanted = range ? marks : all;
	if (!range)
		return true;
	range_split(arena, range, &from, &to); /* one name is a range of its own */
	if (!plan_range(&resolver, from, to, &nodes, error))
		return false;
	for (uint32_t i = 0; i < nodes.count; i++)
		marks[nodes.item[i]] = 1;
	return true;
}

bool migrate_verify(
	struct migrate *migrate, struct migrate_verify *verify, struct migrate_error *error)
{
	struct verifying v = {.migrate = migrate, .verify = verify, .found = {.migrate = migrate}};
	bool good;

	verify->skipped = (struct migrate_list){0};
	verify->verified = 0;
	if (!project_load_for_database(migrate, error) || !find_range(&v, error) ||
		!verify_read_seeds(&v, error))
		return false;
	verify->skipped.item = v.skipped = ARENA_ARRAY(
		&migrate->arena, migrate->graph.count + 1, const char *);
	project_disconnect(migrate);
	good = verify_all(&v, error);
	scratch_close(&v.subject);
	scratch_close(&v.reference);
	verify_forget_rows(&v, false);
	arena_release(&v.memory);
	arena_release(&v.before.memory);
	arena_release(&v.after.memory);
	verify->findings = (struct migrate_findings){
		.item = v.found.item, .count = v.found.count, .checks = MIGRATE_CHECK_VERIFY};
	return good;
}
