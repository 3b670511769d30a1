/* fuzz_url: any text as a database URL. Beside crashes it looks for passwords that get out: the
 * word PASSWD, once and behind a colon, never appears in an error, and no secret in the URL as
 * shown. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/url.h"

static void check_error(const char *text, const struct migrate_error *error)
{
	const char *word = strstr(text, "PASSWD");

	assert(error->code == MIGRATE_E_URL && error->message);
	assert(!error->excerpt && !error->detail && !error->file);
	if (!word || word == text || word[-1] != ':' || strstr(word + 1, "PASSWD"))
		return;
	assert(!strstr(error->message, "PASSWD"));
	assert(!error->hint || !strstr(error->hint, "PASSWD"));
}

static void check_secret(const char *text, const struct url *url, const char *secret)
{
	const char *first = strstr(text, secret);

	assert(secret[0]);
	/* A short one may well stand elsewhere too, and so may one that was decoded. */
	if (strlen(secret) >= 5 && !strpbrk(secret, "@/?&=:%#") && first &&
		!strstr(first + 1, secret))
		assert(!strstr(url->shown, secret));
}

static void check_url(const char *text, const struct url *url)
{
	const char *password = url_parameter(url, "password");
	bool is_secret = !password || !password[0];

	for (const char *at = url->shown; *at; at++)
		assert((unsigned char)*at >= ' ' && *at != 0x7f);
	for (size_t i = 0; i < url->parameters; i++)
		assert(url->keyword[i] && url->value[i]);
	assert(!url->keyword[url->parameters] && !url->value[url->parameters]);
	for (const char **secret = url->secret; *secret; secret++) {
		check_secret(text, url, *secret);
		is_secret |= !strcmp(*secret, password ? password : "");
	}
	assert(is_secret);
	assert(url->dialect == URL_POSTGRESQL ? !url->path : !url->parameters);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct migrate_error error = {0};
	char *text = arena_strndup(&arena, (const char *)data, strnlen((const char *)data, size));
	struct url url;

	if (url_parse(&arena, text, &url, &error))
		check_url(text, &url);
	else
		check_error(text, &error);
	migrate_error_clear(&error);
	arena_release(&arena);
	return 0;
}
