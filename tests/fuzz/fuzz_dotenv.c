/* fuzz_dotenv: any bytes as a .env file. Errors have a place and quote no line; values are bounded.
 */

#include "fuzz.h"
#include "io/dotenv.h"

static const char *lookup(const char *name, void *context)
{
	HOLDS(name[0] && !context);
	return strcmp(name, "HOME") != 0 ? NULL : "/home/me";
}

static void check(const struct dotenv *dotenv)
{
	size_t size = 0;

	for (size_t i = 0; i < dotenv->count; i++) {
		HOLDS(dotenv->name[i][0]);
		HOLDS(dotenv_find(dotenv, dotenv->name[i]));
		size += strlen(dotenv->value[i]);
	}
	HOLDS(size <= 1024 * 1024);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct migrate_error error = {0};
	/* Without a NUL behind it, so that reading past the end shows. */
	char *text = malloc(size + !size);
	struct dotenv dotenv;

	memcpy(text, data, size);
	if (dotenv_parse(&arena, ".env", text, size, lookup, NULL, &dotenv, &error))
		check(&dotenv);
	else
		HOLDS(error.code == MIGRATE_E_CONFIG && error.message && error.line &&
			error.column && !error.excerpt && !error.detail);
	migrate_error_clear(&error);
	arena_release(&arena);
	free(text);
	return 0;
}
