/* plan_file: see the header. Knows the file's form; what a plan is, the library knows. */
#include "plan_file.h"

#include <fcntl.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "json.h"
#include "report.h"

enum { FORMAT = 1, SIZE_LIMIT = 256 * 1024 * 1024 };

struct planned {
	const char *revision, *checksum;
};

struct plan_file {
	const char *path, *database, *dialect, *version_table;
	struct migrate_list from, to;
	struct planned *step;
	size_t count;
};

static const char *command_name(enum migrate_direction direction)
{
	return direction == MIGRATE_UPGRADE ? "upgrade" : "downgrade";
}

static json_t *step_object(const struct migrate_step *step, const struct migrate_script *script)
{
	json_t *object = json_object();

	json_object_set_new(object, "revision", json_text(step->revision->id));
	json_object_set_new(object, "message", json_text(step->revision->message));
	json_object_set_new(object, "file", json_text(step->revision->file));
	json_object_set_new(object, "checksum", json_text(script->checksum));
	json_object_set_new(object, "statements", json_list(&script->statements));
	return object;
}

static json_t *document_of(struct context *context, const struct migrate_plan *plan, json_t *steps)
{
	struct migrate_project project = migrate_project(context->migrate);
	json_t *document = json_object();

	json_object_set_new(document, "format", json_integer(FORMAT));
	json_object_set_new(document, "database", json_text(project.database));
	json_object_set_new(document, "dialect", json_text(project.dialect));
	json_object_set_new(document, "version_table", json_text(project.version_table));
	json_object_set_new(document, "command", json_text(command_name(plan->request.direction)));
	json_object_set_new(document, "target", json_text(plan->request.target));
	json_object_set_new(document, "cascade", json_boolean(plan->request.cascade));
	json_object_set_new(document, "from_log", json_boolean(plan->request.from_log));
	json_object_set_new(document, "from", json_list(&plan->from));
	json_object_set_new(document, "to", json_list(&plan->to));
	json_object_set_new(document, "steps", steps);
	return document;
}

bool plan_file_is_output(const char *path)
{
	return !strcmp(path, "-");
}

bool plan_file_write(struct context *context, const char *path, const struct migrate_plan *plan,
	struct migrate_error *error)
{
	json_t *steps, *document;
	struct str text = {0};
	bool good = true;

	json_begin();
	steps = json_array();
	document = document_of(context, plan, steps);
	for (size_t i = 0; good && i < plan->count; i++) {
		struct migrate_script script;

		good = migrate_script(context->migrate, &plan->steps[i], &script, error);
		if (good)
			json_array_append_new(steps, step_object(&plan->steps[i], &script));
	}
	json_write(&text, document);
	json_decref(document);
	if (good && plan_file_is_output(path))
		command_write(text.text, text.size, &context->report.out);
	else
		good = good && file_put(path, text.text, text.size, 0666, error);
	str_release(&text);
	return good;
}

/* -------- reading -------- */

struct reader {
	struct arena *arena;
	const char *path;
	struct migrate_error *error;
};

static bool fail(struct reader *reader, const char *what)
{
	if (reader->error->code)
		return false;
	error_set(reader->error, MIGRATE_E_USAGE, "this is no plan: %s", what);
	error_hint(reader->error, "Make one with \"migrate upgrade --plan-out FILE\".");
	return error_at(reader->error, reader->path, 0, 0);
}

static const char *text_of(struct reader *reader, const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	if (text)
		return arena_strdup(reader->arena, text);
	fail(reader, arena_printf(reader->arena, "it has no text \"%s\"", key));
	return "";
}

static struct migrate_list list_of(struct reader *reader, const json_t *object, const char *key)
{
	const json_t *array = json_object_get(object, key);
	size_t count = json_array_size(array);
	const char **item = ARENA_ARRAY(reader->arena, count + 1, const char *);

	if (!json_is_array(array))
		fail(reader, arena_printf(reader->arena, "it has no list \"%s\"", key));
	for (size_t i = 0; i < count; i++) {
		const char *text = json_string_value(json_array_get(array, i));

		item[i] = arena_strdup(reader->arena, text ? text : "");
		if (!text)
			fail(reader, arena_printf(reader->arena,
					     "\"%s\" holds something that is no text", key));
	}
	return (struct migrate_list){item, count};
}

static void read_steps(struct reader *reader, const json_t *document, struct plan_file *file)
{
	const json_t *steps = json_object_get(document, "steps");

	if (!json_is_array(steps)) {
		fail(reader, "it has no list \"steps\"");
		return;
	}
	file->count = json_array_size(steps);
	file->step = ARENA_ARRAY(reader->arena, file->count + 1, struct planned);
	for (size_t i = 0; i < file->count; i++) {
		const json_t *step = json_array_get(steps, i);

		file->step[i].revision = text_of(reader, step, "revision");
		file->step[i].checksum = text_of(reader, step, "checksum");
	}
}

static void read_document(struct reader *reader, const json_t *document,
	struct migrate_request *request, struct plan_file *file)
{
	const char *command;

	if (json_integer_value(json_object_get(document, "format")) != FORMAT) {
		fail(reader, "its \"format\" is not 1");
		return;
	}
	command = text_of(reader, document, "command");
	if (!reader->error->code && strcmp(command, command_name(request->direction)) != 0) {
		error_set(reader->error, MIGRATE_E_USAGE, "this is the plan of \"%s\"", command);
		error_hint(reader->error, "Run \"migrate %s --plan\" with it.", command);
		error_at(reader->error, reader->path, 0, 0);
	}
	file->path = reader->path;
	file->database = text_of(reader, document, "database");
	file->dialect = text_of(reader, document, "dialect");
	file->version_table = text_of(reader, document, "version_table");
	file->from = list_of(reader, document, "from");
	file->to = list_of(reader, document, "to");
	request->target = text_of(reader, document, "target");
	request->cascade = json_is_true(json_object_get(document, "cascade"));
	request->from_log = json_is_true(json_object_get(document, "from_log"));
	request->exact = true;
	read_steps(reader, document, file);
}

bool plan_file_read(struct context *context, const char *path, struct migrate_request *request,
	struct plan_file **file, struct migrate_error *error)
{
	struct reader reader = {&context->arena, path, error};
	json_error_t problem;
	json_t *document;
	size_t size;
	const char *text = file_read(
		&context->arena, AT_FDCWD, path, path, SIZE_LIMIT, &size, MIGRATE_E_USAGE, error);

	if (!text)
		return false;
	json_begin();
	*file = ARENA_NEW(&context->arena, struct plan_file);
	document = json_loadb(text, size, JSON_REJECT_DUPLICATES, &problem);
	if (!document) {
		fail(&reader, problem.text);
		if (problem.line > 0)
			error_at(error, path, (size_t)problem.line, 0);
		return false;
	}
	read_document(&reader, document, request, *file);
	json_decref(document);
	return !error->code;
}

/* -------- comparing -------- */

static bool refuse(const struct plan_file *file, const char *detail, struct migrate_error *error)
{
	error_set(error, MIGRATE_E_REFUSED, "what would run is not what \"%s\" holds", file->path);
	error_detail(error, "%s", detail);
	return error_hint(error, "Make the plan again, and have it approved again.");
}

static const char *list_text(struct arena *arena, const struct migrate_list *list)
{
	const char *text = list->count ? list->item[0] : "<base>";

	for (size_t i = 1; i < list->count; i++)
		text = arena_printf(arena, "%s, %s", text, list->item[i]);
	return text;
}

static bool check_place(struct context *context, const struct plan_file *file,
	const struct migrate_plan *plan, struct migrate_error *error)
{
	struct migrate_project project = migrate_project(context->migrate);
	struct arena *arena = &context->arena;

	if (strcmp(file->database, project.database) != 0 ||
		strcmp(file->dialect, project.dialect) != 0)
		return refuse(file,
			arena_printf(arena, "It was made for %s, and this is %s.", file->database,
				project.database),
			error);
	if (strcmp(file->version_table, project.version_table) != 0)
		return refuse(file,
			arena_printf(arena, "Its version table is %s, and here it is %s.",
				file->version_table, project.version_table),
			error);
	if (!list_same(&file->from, &plan->from))
		return refuse(file,
			arena_printf(arena, "It starts at %s, and the database is at %s.",
				list_text(arena, &file->from), list_text(arena, &plan->from)),
			error);
	return true;
}

static bool check_step(struct context *context, const struct plan_file *file, size_t index,
	const struct migrate_step *step, struct migrate_error *error)
{
	const struct planned *planned = &file->step[index];
	struct arena *arena = &context->arena;
	const char *id = step->revision->id;
	struct migrate_script script;

	if (strcmp(planned->revision, id) != 0)
		return refuse(file,
			arena_printf(arena, "Step %zu is revision %s there, and %s now.", index + 1,
				planned->revision, id),
			error);
	if (!migrate_script(context->migrate, step, &script, error))
		return false;
	if (strcmp(planned->checksum, script.checksum) == 0)
		return true;
	refuse(file, arena_printf(arena, "The script of revision %s is another one.", id), error);
	return error_at(error, step->revision->file, 0, 0);
}

bool plan_file_check(struct context *context, const struct plan_file *file,
	const struct migrate_plan *plan, struct migrate_error *error)
{
	struct arena *arena = &context->arena;

	if (!check_place(context, file, plan, error))
		return false;
	for (size_t i = 0; i < file->count && i < plan->count; i++)
		if (!check_step(context, file, i, &plan->steps[i], error))
			return false;
	if (file->count != plan->count)
		return refuse(file,
			arena_printf(arena, "It has %zu step%s, and now there are %zu.",
				file->count, file->count == 1 ? "" : "s", plan->count),
			error);
	if (!list_same(&file->to, &plan->to))
		return refuse(file,
			arena_printf(arena, "It ends at %s, and now that is %s.",
				list_text(arena, &file->to), list_text(arena, &plan->to)),
			error);
	return true;
}
