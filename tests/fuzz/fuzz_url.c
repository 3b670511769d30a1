/* fuzz_url: any text as a database URL. Beside crashes it looks for passwords that get out: the
 * word PASSWD, once and behind a colon, never appears in an error, and no secret in the URL as
 * shown. */

#include "core/url.h"
#include "fuzz.h"

static void check_refusal(const char *text, const struct migrate_error *error)
{
	const char *word = strstr(text, "PASSWD");

	HOLDS(error->code == MIGRATE_E_URL && error->message);
	HOLDS(!error->excerpt && !error->detail && !error->file);
	if (!word || word == text || word[-1] != ':' || strstr(word + 1, "PASSWD"))
		return;
	HOLDS(!strstr(error->message, "PASSWD"));
	HOLDS(!error->hint || !strstr(error->hint, "PASSWD"));
}

static void check_secret(const char *text, const struct url *url, const char *secret)
{
	const char *first = strstr(text, secret);

	HOLDS(secret[0]);
	/* A short one may well stand elsewhere too, and so may one that was decoded. */
	if (strlen(secret) >= 5 && !strpbrk(secret, "@/?&=:%#") && first &&
		!strstr(first + 1, secret))
		HOLDS(!strstr(url->shown, secret));
}

static void check_url(const char *text, const struct url *url)
{
	const char *password = url_parameter(url, "password");
	bool is_secret = !password || !password[0];

	for (const char *at = url->shown; *at; at++)
		HOLDS((unsigned char)*at >= ' ' && *at != 0x7f);
	for (size_t i = 0; i < url->parameters; i++)
		HOLDS(url->keyword[i] && url->value[i]);
	HOLDS(!url->keyword[url->parameters] && !url->value[url->parameters]);
	for (const char **secret = url->secret; *secret; secret++) {
		check_secret(text, url, *secret);
		is_secret |= !strcmp(*secret, password ? password : "");
	}
	HOLDS(is_secret);
	HOLDS(url->dialect == URL_POSTGRESQL ? !url->path : !url->parameters);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct migrate_error error = {0};
	char *text = arena_strndup(&arena, (const char *)data, strnlen((const char *)data, size));
	struct url url;

	if (url_parse(&arena, text, &url, &error))
		check_url(text, &url);
	else
		check_refusal(text, &error);
	migrate_error_clear(&error);
	arena_release(&arena);
	return 0;
}
