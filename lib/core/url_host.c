/* url_host: `h1:5432,[::1]:5433`, in front of the path and as the value of `?host=`. Knows how
 * libpq wants several hosts: two parallel lists joined with commas
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS). Surprising:
 * in `?host=` libpq knows no ports, but SQLAlchemy and asyncpg do, and repeat the option too; a
 * host with one colon can mean nothing else. */
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "core/url_reader.h"

enum { HOST_LIMIT = 64 };

static bool fail(struct url_reader *reader, const char *message)
{
	error_set(reader->error, MIGRATE_E_URL, "the database URL %s", message);
	return error_hint(reader->error,
		"Write hosts as host:5432 or [::1]:5432; in a user or password percent-encode @ as "
		"%%40, / as %%2F, : as %%3A and ? as %%3F.");
}

bool url_port_is_valid(struct span port)
{
	long number = 0;

	for (size_t i = 0; i < port.size; i++) {
		if (port.text[i] < '0' || port.text[i] > '9' || port.size > 5)
			return false;
		number = number * 10 + (port.text[i] - '0');
	}
	return !port.size || (number >= 1 && number <= UINT16_MAX);
}

static bool add_host(
	struct url_reader *reader, struct host_list *list, const char *host, struct span port)
{
	const char *comma = list->count ? "," : "";

	if (list->count++ == HOST_LIMIT)
		return error_set(reader->error, MIGRATE_E_URL,
			"the database URL has more than %d hosts", HOST_LIMIT);
	list->hosts = arena_printf(reader->arena, "%s%s%s", *comma ? list->hosts : "", comma, host);
	list->ports = arena_printf(reader->arena, "%s%s%.*s", *comma ? list->ports : "", comma,
		(int)port.size, port.text);
	list->has_port |= port.size > 0;
	return true;
}

static void keep_hosts(struct url_reader *reader, const struct host_list *list)
{
	url_keep(reader, "host", list->hosts);
	if (list->has_port)
		url_keep(reader, "port", list->ports);
}

/* `host:port` or `[address]:port`, taken apart. */
static bool split_host(
	struct url_reader *reader, struct span item, struct span *host, struct span *port)
{
	if (item.size && item.text[0] == '[') {
		if (!memchr(item.text, ']', item.size))
			return fail(reader, "has a [ without a ]");
		*host = span_cut(&item, ']');
		host->text++;
		host->size--;
		if (!host->size)
			return fail(reader, "has no address between [ and ]");
		if (item.size && item.text[0] != ':')
			return fail(reader, "has something other than a port after a ]");
		*port = item.size ? (struct span){item.text + 1, item.size - 1} : item;
	} else {
		*host = span_cut(&item, ':');
		*port = item;
	}
	return url_port_is_valid(*port) || fail(reader, "has an invalid port");
}

bool url_read_hosts(struct url_reader *reader, struct span list)
{
	size_t count = span_count(list, ',') + 1;
	struct host_list hosts = {0};

	for (size_t i = 0; i < count; i++) {
		struct span item = span_cut(&list, ','), raw, port;
		const char *host;

		if (!split_host(reader, item, &raw, &port))
			return false;
		if (!raw.size && count > 1)
			return fail(reader, "has an empty host in its list of hosts");
		host = url_decode(reader, raw);
		if (!host || !add_host(reader, &hosts, host, port))
			return false;
	}
	if (hosts.hosts && *hosts.hosts)
		keep_hosts(reader, &hosts);
	else if (hosts.has_port)
		url_keep(reader, "port", hosts.ports);
	return true;
}

/* A socket directory, an abstract socket or a bare IPv6 address has no port. */
static bool has_no_port(struct span item)
{
	if (item.size && (item.text[0] == '/' || item.text[0] == '@'))
		return true;
	return !(item.size && item.text[0] == '[') && span_count(item, ':') != 1;
}

bool url_add_query_host(struct url_reader *reader, const char *value)
{
	struct span rest = {value, strlen(value)};
	size_t count = span_count(rest, ',') + 1;

	for (size_t i = 0; i < count; i++) {
		struct span item = span_cut(&rest, ','), host = item, port = {"", 0};

		if (!has_no_port(item) && !split_host(reader, item, &host, &port))
			return false;
		if (!add_host(reader, &reader->query_hosts,
			    arena_strndup(reader->arena, host.text, host.size), port))
			return false;
	}
	keep_hosts(reader, &reader->query_hosts);
	return true;
}
