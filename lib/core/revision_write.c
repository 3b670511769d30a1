/* revision_write: header lines as the built-in template has them, then the sections. */
#include "core/revision_write.h"

/* Later lines of a message stay comments; control characters become blanks. */
static void add_message(struct str *out, const char *message)
{
	str_add(out, "-- ");
	for (const char *c = message; *c; c++) {
		if (*c == '\n' && c[1])
			str_add(out, "\n-- ");
		else
			str_add_char(out, (unsigned char)*c < 0x20 || *c == 0x7f ? ' ' : *c);
	}
	str_add(out, "\n--\n");
}

static void add_list(struct str *out, const char *key, const struct names *names)
{
	str_printf(out, "-- %s:", key);
	for (uint32_t i = 0; i < names->count; i++)
		str_printf(out, "%s%s", i ? ", " : " ", names->item[i]);
	str_add_char(out, '\n');
}

static void add_toggle(struct str *out, const char *name, enum toggle toggle)
{
	switch (toggle) {
	case TOGGLE_UNSET: return;
	case TOGGLE_OFF: str_printf(out, " %s=off", name); return;
	case TOGGLE_ON: str_printf(out, " %s=on", name); return;
	}
}

static void add_duration(struct str *out, const char *name, long milliseconds)
{
	if (milliseconds == DURATION_UNSET)
		return;
	str_printf(out, milliseconds % 1000 ? " %s=%ldms" : " %s=%lds", name,
		milliseconds % 1000 ? milliseconds : milliseconds / 1000);
}

static void add_section(
	struct str *out, const char *name, const struct section *section, const struct str *text)
{
	const struct section_options *options = &section->options;

	if (!section->present)
		return;
	str_printf(out, "\n-- migrate:%s", name);
	add_toggle(out, "transaction", options->transaction);
	add_toggle(out, "foreign_keys", options->foreign_keys);
	add_duration(out, "lock_timeout", options->lock_timeout);
	add_duration(out, "statement_timeout", options->statement_timeout);
	str_add_char(out, '\n');
	str_add_bytes(out, text->text, text->size);
}

void revision_write(struct str *out, const struct revision *revision, const struct str *upgrade,
	const struct str *downgrade)
{
	add_message(out, revision->message);
	str_printf(out, "-- revision: %s\n", revision->id);
	add_list(out, "down_revision", &revision->parents);
	add_list(out, "branch_labels", &revision->labels);
	add_list(out, "depends_on", &revision->dependencies);
	if (revision->replaces.count)
		add_list(out, "replaces", &revision->replaces);
	if (revision->created)
		str_printf(out, "-- created: %s\n", revision->created);
	if (revision->irreversible)
		str_printf(out, "-- irreversible: %s\n", revision->irreversible);
	add_section(out, "upgrade", &revision->upgrade, upgrade);
	add_section(out, "downgrade", &revision->downgrade, downgrade);
}
