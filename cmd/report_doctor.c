/* report_doctor: a line for each finding below the name of its area, then what mends it; last, on
 * standard error, how many there are. With --quiet only what is to be done. */
#include "report_doctor.h"

#include <string.h>

#include "json.h"

enum { LABEL = 9 };

static const char *const area_names[] = {
	[MIGRATE_AREA_PROGRAM] = "program",
	[MIGRATE_AREA_CONFIGURATION] = "configuration",
	[MIGRATE_AREA_VERSIONS] = "versions",
	[MIGRATE_AREA_CONNECTION] = "connection",
	[MIGRATE_AREA_PRIVILEGES] = "privileges",
	[MIGRATE_AREA_STATE] = "state",
};

static const struct {
	const char *name;
	enum style style;
} levels[] = {
	[MIGRATE_LEVEL_OK] = {"ok", STYLE_GOOD},
	[MIGRATE_LEVEL_NOTE] = {"note", STYLE_NOTICE},
	[MIGRATE_LEVEL_WARNING] = {"warning", STYLE_WARNING},
	[MIGRATE_LEVEL_PROBLEM] = {"problem", STYLE_ERROR},
};

static void add_symptom(struct stream *out, const struct migrate_symptom *symptom)
{
	const char *level = levels[symptom->level].name;

	str_add(&out->text, "  ");
	stream_add(out, levels[symptom->level].style, level);
	stream_printf(out, "%*s", LABEL - (int)strlen(level), "");
	stream_add(out, STYLE_PLAIN, symptom->message);
	str_add_char(&out->text, '\n');
	if (!symptom->hint)
		return;
	stream_printf(out, "  %*s", LABEL, "");
	str_add(&out->text, "hint: ");
	stream_add(out, STYLE_PLAIN, symptom->hint);
	str_add_char(&out->text, '\n');
}

static void add_count(
	struct stream *out, const struct migrate_diagnosis *diagnosis, enum migrate_level level)
{
	size_t count = diagnosis->levels[level];

	stream_printf(out, "%zu %s%s", count, levels[level].name, plural(count));
}

void report_doctor_text(struct report *report, const struct migrate_diagnosis *diagnosis)
{
	struct stream *out = &report->out;
	const char *area = NULL;

	for (size_t i = 0; i < diagnosis->count; i++) {
		const struct migrate_symptom *symptom = &diagnosis->item[i];

		if (report->options->quiet && symptom->level < MIGRATE_LEVEL_WARNING)
			continue;
		if (area != area_names[symptom->area]) {
			area = area_names[symptom->area];
			stream_add(out, STYLE_STRONG, area);
			str_add_char(&out->text, '\n');
		}
		add_symptom(out, symptom);
	}
	if (!report->progress)
		return;
	add_count(&report->last, diagnosis, MIGRATE_LEVEL_PROBLEM);
	str_add(&report->last.text, ", ");
	add_count(&report->last, diagnosis, MIGRATE_LEVEL_WARNING);
	str_add(&report->last.text, ", ");
	add_count(&report->last, diagnosis, MIGRATE_LEVEL_NOTE);
	str_add_char(&report->last.text, '\n');
}

json_t *json_symptoms(const struct migrate_diagnosis *diagnosis)
{
	json_t *array = json_array();

	for (size_t i = 0; i < diagnosis->count; i++) {
		const struct migrate_symptom *symptom = &diagnosis->item[i];
		json_t *object = json_object();

		json_object_set_new(object, "area", json_string(area_names[symptom->area]));
		json_object_set_new(object, "check", json_string(symptom->check));
		json_object_set_new(object, "level", json_string(levels[symptom->level].name));
		json_object_set_new(object, "message", json_text(symptom->message));
		json_object_set_new(object, "hint", json_text(symptom->hint));
		json_array_append_new(array, object);
	}
	return array;
}

json_t *json_summary(const struct migrate_diagnosis *diagnosis)
{
	json_t *object = json_object();

	for (int level = MIGRATE_LEVEL_OK; level <= MIGRATE_LEVEL_PROBLEM; level++)
		json_object_set_new(object, levels[level].name,
			json_integer((json_int_t)diagnosis->levels[level]));
	return object;
}
