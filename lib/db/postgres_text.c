/* postgres_text: what the server and libpq say, without secrets; notices, and hints for connecting.
 *
 * Surprising: libpq's own messages may hold the password (of a URL that it cannot read, of a
 * service file), so no text of theirs leaves the driver but through postgres_clean. */
#include <string.h>

#include "base/error.h"
#include "base/mask.h"
#include "db/postgres.h"

/* Is it the user's or the database's name, and a secret as well? */
static bool is_both(const struct db *db, const char *keyword, const char *name)
{
	if (strcmp(keyword, "user") != 0 && strcmp(keyword, "dbname") != 0)
		return false;
	for (const char **secret = db->secret; secret && *secret; secret++)
		if (!strcmp(*secret, name))
			return true;
	return false;
}

/* Names that are told as such are none though the password is the same word: `postgres` is all
 * three on many a machine. The size of `user "NAME"`, 0 where the text is something else. */
static size_t told_name(const struct db *db, const char *text)
{
	static const char *const before[] = {"user \"", "role \"", "database \""};

	for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
		size_t start = strlen(before[i]);

		if (strncmp(text, before[i], start) != 0)
			continue;
		for (size_t k = 0; db->keyword && db->keyword[k]; k++) {
			size_t size = strlen(db->value[k]);

			if (!strncmp(text + start, db->value[k], size) &&
				text[start + size] == '"' &&
				is_both(db, db->keyword[k], db->value[k]))
				return start + size + 1;
		}
	}
	return 0;
}

static const char *clean_text(
	const struct db *db, const char *text, bool everywhere, struct str *clean)
{
	const char *from = text;
	size_t told;

	str_clear(clean);
	for (; *text; text += told ? told : 1) {
		told = told_name(db, text);
		if (!told)
			continue;
		str_add_without(clean, from, (size_t)(text - from), db->secret, everywhere, false);
		str_add_bytes(clean, text, told);
		from = text + told;
	}
	str_add_without(clean, from, (size_t)(text - from), db->secret, everywhere, false);
	while (clean->size && strchr(" \n\t", clean->text[clean->size - 1]))
		clean->text[--clean->size] = '\0';
	return str_text(clean);
}

const char *postgres_clean(const struct db *db, const char *text, struct str *clean)
{
	return clean_text(db, text, false, clean);
}

const char *postgres_clean_reason(const struct db *db, const char *text, struct str *clean)
{
	return clean_text(db, text, true, clean);
}

void postgres_add_secret(struct db *db, const char *secret)
{
	size_t count = 0;
	const char **list;

	if (!secret || !*secret)
		return;
	while (db->secret && db->secret[count])
		if (!strcmp(db->secret[count++], secret))
			return;
	list = ARENA_ARRAY(&db->memory, count + 2, const char *);
	if (count)
		memcpy(list, db->secret, count * sizeof *list);
	list[count] = arena_strdup(&db->memory, secret);
	db->secret = list;
}

void postgres_on_notice(void *context, const PGresult *result)
{
	struct db *db = context;
	const char *severity = db->pq.resultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char *primary = db->pq.resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *detail = db->pq.resultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
	const char *hint = db->pq.resultErrorField(result, PG_DIAG_MESSAGE_HINT);
	struct str text = {0}, clean = {0}, visible = {0};

	if (db->quiet || !db->hooks.notice || !primary)
		return;
	str_printf(&text, "%s: %s", severity ? severity : "NOTICE", primary);
	if (detail)
		str_printf(&text, "\nDETAIL: %s", detail);
	if (hint)
		str_printf(&text, "\nHINT: %s", hint);
	postgres_clean(db, str_text(&text), &clean);
	str_add_visible(&visible, str_text(&clean), clean.size);
	db->hooks.notice(db->hooks.context,
		severity && !strcmp(severity, "WARNING") ? DB_WARNING : DB_NOTICE,
		str_text(&visible));
	str_release(&text);
	str_release(&clean);
	str_release(&visible);
}

/* What libpq and servers say when a connection fails, in the order of looking. */
static const struct {
	const char *words, *hint;
} connect_hints[] = {
	{"unsupported startup parameter",
		"Take that parameter out of the database URL: a connection pooler refuses it."},
	{"password authentication failed", "Check the user and the password in the database URL."},
	{"no password supplied",
		"Put the password into the database URL, into PGPASSWORD or ~/.pgpass, or have "
		"password_command in migrator.yaml print it."},
	{"pg_hba.conf", "The server's pg_hba.conf does not let this user in from here."},
	{"Peer authentication failed",
		"Name a host in the database URL to connect by TCP, or run as that user."},
	{"starting up", "Try again when the server has started."},
	{"shutting down", "Try again when the server has started."},
	{"too many clients", "Try again when other sessions have ended."},
	{"connection slots", "Try again when other sessions have ended."},
	{"does not match host name",
		"Write the host in the database URL as the certificate has it; sslmode=verify-ca "
		"does not look at the host."},
	{"certificate verify failed",
		"Name the certificate of who has signed the server's with sslrootcert in the "
		"database URL."},
	{"SSL", "See sslmode in the database URL."},
	{"translate host name", "Check the host in the database URL."},
	{"Connection refused", "Check that the server runs and listens on this host and port."},
	{"No such file or directory",
		"Check that the server runs; a host in the database URL connects by TCP."},
	{"timeout", "Check that host and port are right and no firewall is in between."},
	{"timed out", "Check that host and port are right and no firewall is in between."},
};

void postgres_connect_hint(const char *reason, struct migrate_error *error)
{
	const char *quote = strstr(reason, "database \"");

	if (quote && strstr(quote, "does not exist")) {
		error_hint(error, "Create the database first, with \"migrate db create\".");
		return;
	}
	if (strstr(reason, "role \"") && strstr(reason, "does not exist")) {
		error_hint(error, "Check the user in the database URL.");
		return;
	}
	for (size_t i = 0; i < sizeof connect_hints / sizeof *connect_hints; i++)
		if (strstr(reason, connect_hints[i].words))
			error_hint(error, "%s", connect_hints[i].hint);
}
