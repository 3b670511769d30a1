/* report_revision: one revision as text, short or in full, in Alembic's manner. */
#include "report.h"

void report_list(
	struct stream *stream, enum style style, const struct migrate_list *list, const char *none)
{
	if (!list->count)
		stream_add(stream, style, none);
	for (size_t i = 0; i < list->count; i++) {
		str_add(&stream->text, i ? ", " : "");
		stream_add(stream, style, list->item[i]);
	}
}

static void add_mark(struct stream *stream, bool holds, const char *mark)
{
	if (!holds)
		return;
	str_add_char(&stream->text, ' ');
	stream_add(stream, STYLE_MARK, mark);
}

static void add_marks(
	struct stream *stream, const struct migrate_revision *revision, unsigned parts)
{
	add_mark(stream, revision->is_real_head, "(head)");
	add_mark(stream, revision->is_head && !revision->is_real_head, "(effective head)");
	add_mark(stream, revision->current, "(current)");
	add_mark(stream, revision->applied && !revision->current, "(applied)");
	add_mark(stream, parts & REVISION_PENDING && !revision->applied, "(pending)");
	if (!(parts & REVISION_SHAPE))
		return;
	add_mark(stream, revision->is_branch_point, "(branchpoint)");
	add_mark(stream, revision->is_merge_point, "(mergepoint)");
}

void report_revision_line(
	struct stream *stream, const struct migrate_revision *revision, unsigned parts)
{
	if (parts & REVISION_PARENTS) {
		report_list(stream, STYLE_PLAIN, &revision->down_revision, "<base>");
		if (revision->depends_on.count) {
			str_add(&stream->text, " (");
			report_list(stream, STYLE_PLAIN, &revision->depends_on, "");
			str_add_char(&stream->text, ')');
		}
		str_add(&stream->text, " -> ");
	}
	stream_add(stream, STYLE_REVISION, revision->id);
	if (revision->branches.count) {
		str_add(&stream->text, " (");
		report_list(stream, STYLE_PLAIN, &revision->branches, "");
		str_add_char(&stream->text, ')');
	}
	add_marks(stream, revision, parts);
	if (parts & REVISION_MESSAGE && *revision->message) {
		str_add(&stream->text, ", ");
		stream_add(stream, STYLE_PLAIN, revision->message);
	}
}

static void add_field(struct stream *stream, const char *label, const char *text)
{
	if (!text)
		return;
	stream_printf(stream, "%s: ", label);
	stream_add(stream, STYLE_PLAIN, text);
	str_add_char(&stream->text, '\n');
}

static void add_list_field(
	struct stream *stream, const char *label, const struct migrate_list *list, const char *none)
{
	if (!list->count && !none)
		return;
	stream_printf(stream, "%s: ", label);
	report_list(stream, STYLE_PLAIN, list, none);
	str_add_char(&stream->text, '\n');
}

void report_revision_full(struct stream *stream, const struct migrate_revision *revision)
{
	str_add(&stream->text, "Rev: ");
	stream_add(stream, STYLE_REVISION, revision->id);
	add_marks(stream, revision, REVISION_SHAPE);
	str_add_char(&stream->text, '\n');
	add_list_field(stream, revision->is_merge_point ? "Merges" : "Parent",
		&revision->down_revision, "<base>");
	add_list_field(stream, "Also depends on", &revision->depends_on, NULL);
	if (revision->is_branch_point)
		add_list_field(stream, "Branches into", &revision->next, NULL);
	add_list_field(stream, "Replaces", &revision->replaces, NULL);
	add_list_field(stream, "Branch names", &revision->branches, NULL);
	add_field(stream, "Created", revision->created);
	add_field(stream, "Path", revision->file);
	add_field(stream, "Irreversible", revision->irreversible);
	if (*revision->message) {
		str_add(&stream->text, "\n    ");
		stream_add(stream, STYLE_PLAIN, revision->message);
		str_add_char(&stream->text, '\n');
	}
	str_add_char(&stream->text, '\n');
}
