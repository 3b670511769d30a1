/* checksum: what a script says, as a fingerprint, whatever a check-out did to its line ends. */
#include <sha2.h>
#include <string.h>

#include "core/revision.h"

static size_t trimmed_size(const char *line, size_t size)
{
	while (size && (line[size - 1] == ' ' || line[size - 1] == '\t' || line[size - 1] == '\r'))
		size--;
	return size;
}

static void write_hex(const unsigned char *digest, char *out)
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < SHA256_DIGEST_LENGTH; i++) {
		*out++ = hex[digest[i] >> 4];
		*out++ = hex[digest[i] & 15];
	}
	*out = '\0';
}

/* Every line that is not blank is hashed as itself and a newline, after the newlines of the blank
 * lines before it: blank lines at the end are never reached. */
void script_checksum(const char *sql, size_t size, char checksum[CHECKSUM_SIZE])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	const char *at = sql, *end = sql + size;
	size_t blank_lines = 0;
	SHA2_CTX context;

	SHA256Init(&context);
	if (size >= 3 && !memcmp(at, "\xef\xbb\xbf", 3))
		at += 3;
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t line = trimmed_size(at, (size_t)((newline ? newline : end) - at));

		if (!line) {
			blank_lines++;
		} else {
			for (; blank_lines; blank_lines--)
				SHA256Update(&context, (const uint8_t *)"\n", 1);
			SHA256Update(&context, (const uint8_t *)at, line);
			SHA256Update(&context, (const uint8_t *)"\n", 1);
		}
		at = newline ? newline + 1 : end;
	}
	SHA256Final(digest, &context);
	memcpy(checksum, "sha256:", 7);
	write_hex(digest, checksum + 7);
}
