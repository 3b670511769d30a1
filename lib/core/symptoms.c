/* symptoms: a list that grows, and its texts. Surprising: an error's detail counts too, for where a
 * connection fails the message only says which, and the detail why. */
#include "core/symptoms.h"

#include <string.h>

#include "base/error.h"
#include "base/mask.h"

static const char *keep(struct symptoms *symptoms, const char *format, va_list arguments)
{
	struct str text = {0}, masked = {0};
	const char *kept;

	str_vprintf(&text, format, arguments);
	str_add_masked(&masked, str_text(&text), text.size, false);
	kept = arena_strdup(symptoms->arena, str_text(&masked));
	str_release(&text);
	str_release(&masked);
	return kept;
}

void symptoms_add(struct symptoms *symptoms, const char *check, enum migrate_level level,
	const char *format, ...)
{
	va_list arguments;

	ARENA_GROW(symptoms->arena, symptoms->item, symptoms->count, symptoms->capacity);
	va_start(arguments, format);
	symptoms->item[symptoms->count++] = (struct migrate_symptom){.area = symptoms->area,
		.check = check,
		.level = level,
		.message = keep(symptoms, format, arguments)};
	va_end(arguments);
}

void symptoms_hint(struct symptoms *symptoms, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	symptoms->item[symptoms->count - 1].hint = keep(symptoms, format, arguments);
	va_end(arguments);
}

static void add_place(struct str *text, const struct migrate_error *error)
{
	if (!error->file)
		return;
	str_add(text, error->file);
	if (error->line)
		str_printf(text, ":%zu", error->line);
	if (error->line && error->column)
		str_printf(text, ":%zu", error->column);
	str_add(text, ": ");
}

void symptoms_add_error(struct symptoms *symptoms, const char *check, enum migrate_level level,
	struct migrate_error *error)
{
	struct str text = {0};

	add_place(&text, error);
	str_add(&text, error->message);
	if (error->detail) {
		str_add(&text, ": ");
		str_add_bytes(&text, error->detail, strcspn(error->detail, "\n"));
	}
	symptoms_add(symptoms, check, level, "%s", text.text);
	if (error->hint)
		symptoms_hint(symptoms, "%s", error->hint);
	str_release(&text);
	migrate_error_clear(error);
}

bool symptoms_have(const struct symptoms *symptoms, const char *message)
{
	for (size_t i = 0; i < symptoms->count; i++)
		if (!strcmp(symptoms->item[i].message, message))
			return true;
	return false;
}
