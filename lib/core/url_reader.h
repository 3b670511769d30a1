/* url_reader: what the parts of the URL parser share. Internal to core/url*.c. */
#ifndef MIGRATE_CORE_URL_READER_H
#define MIGRATE_CORE_URL_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/url.h"

struct span {
	const char *text;
	size_t size;
};

struct host_list {
	const char *hosts, *ports; /* joined with commas, as libpq takes them */
	size_t count;
	bool has_port;
};

struct url_reader {
	struct arena *arena;
	const char *text; /* the whole URL */
	size_t size;
	struct url *url;
	struct migrate_error *error;
	struct span *mask; /* parts of text that must not be shown */
	size_t masks, secrets;
	struct host_list query_hosts;
	const char *sslmode;    /* what `ssl=` means, below an explicit sslmode */
	bool is_uri, is_memory; /* SQLite: uri=true, mode=memory */
};

/* url.c */

/* Percent-decoded and NUL-terminated; NULL after an error. */
const char *url_decode(struct url_reader *reader, struct span raw);
/* Sets a libpq keyword; the last value wins. */
void url_keep(struct url_reader *reader, const char *keyword, const char *value);
/* Remembers both forms of a password, neither of which may be printed. */
void url_keep_secret(struct url_reader *reader, struct span raw, const char *decoded);
/* Cuts what lies before the separator off the rest, which then begins behind it. */
struct span span_cut(struct span *rest, char separator);
size_t span_count(struct span span, char byte);

/* url_postgresql.c, url_sqlite.c: text after "://" */
bool url_read_postgresql(struct url_reader *reader, struct span rest);
bool url_read_sqlite(struct url_reader *reader, struct span rest);

/* url_host.c */
bool url_read_hosts(struct url_reader *reader, struct span list);
/* The value of `?host=`, decoded. */
bool url_add_query_host(struct url_reader *reader, const char *value);
bool url_port_is_valid(struct span port);

/* url_option.c: all behind the `?` */
bool url_read_options(struct url_reader *reader, struct span query);

#endif
