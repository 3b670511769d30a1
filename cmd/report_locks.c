/* report_locks: sessions as text: who, then what they do. */
#include <inttypes.h>

#include "report.h"

enum { LABEL = 10 };

static void add_part(struct stream *out, const char *before, const char *text)
{
	if (!text)
		return;
	str_add(&out->text, before);
	stream_add(out, STYLE_PLAIN, text);
}

static void add_time(struct stream *out, const char *before, int64_t seconds)
{
	if (seconds < 0)
		return;
	if (seconds < 120)
		stream_printf(out, "%s%" PRId64 " s", before, seconds);
	else if (seconds < 120 * 60)
		stream_printf(out, "%s%" PRId64 " min", before, seconds / 60);
	else
		stream_printf(out, "%s%" PRId64 " h", before, seconds / 3600);
}

/* A line that begins under the first one's text. */
static void add_doing(struct stream *out, const struct migrate_session *session)
{
	if (!session->state)
		return;
	stream_printf(out, "%*s", LABEL, "");
	stream_add(out, STYLE_PLAIN, session->state);
	add_time(out, " for ", session->state_seconds);
	if (session->transaction_seconds > session->state_seconds + 1)
		add_time(out, ", in a transaction for ", session->transaction_seconds);
	add_part(out, ": ", session->query);
	str_add_char(&out->text, '\n');
}

static void add_session(
	struct stream *out, const char *label, const struct migrate_session *session)
{
	stream_printf(out, "%-*s", LABEL, label);
	if (session->pid)
		stream_printf(out, "pid %ld", session->pid);
	else
		str_add(&out->text, "a prepared transaction, see pg_prepared_xacts");
	add_part(out, ", user ", session->user);
	add_part(out, ", ", session->application);
	add_part(out, ", from ", session->client);
	add_part(out, ", connected at ", session->connected_at);
	str_add_char(&out->text, '\n');
}

void report_locks_text(struct report *report, const struct migrate_locks *locks)
{
	struct stream *out = &report->out;

	stream_printf(out, "%-*s%s\n", LABEL, "lock", locks->held ? "held" : "free");
	if (locks->holder) {
		add_session(out, "holder", locks->holder);
		add_doing(out, locks->holder);
	} else if (locks->held) {
		stream_printf(out, "%-*s%s\n", LABEL, "holder", "not known");
	}
	/* Those do nothing else. */
	for (size_t i = 0; i < locks->waiting_count; i++)
		add_session(out, i ? "" : "waiting", &locks->waiting[i]);
	for (size_t i = 0; i < locks->blocking_count; i++) {
		add_session(out, i ? "" : "blocking", &locks->blocking[i]);
		add_doing(out, &locks->blocking[i]);
	}
}
