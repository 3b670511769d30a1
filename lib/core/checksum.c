/* checksum: what a script says, as a fingerprint, whatever a check-out did to its line ends. */
#include <sha2.h>
#include <string.h>

#include "core/plain.h"
#include "core/revision.h"

static const char algorithm[] = "sha256:";
enum { ALGORITHM_SIZE = sizeof algorithm - 1 };

static void write_hex(const unsigned char *digest, char *out)
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < SHA256_DIGEST_LENGTH; i++) {
		*out++ = hex[digest[i] >> 4];
		*out++ = hex[digest[i] & 15];
	}
	*out = '\0';
}

static void finish(SHA2_CTX *context, char checksum[CHECKSUM_SIZE])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];

	SHA256Final(digest, context);
	memcpy(checksum, algorithm, ALGORITHM_SIZE);
	write_hex(digest, checksum + ALGORITHM_SIZE);
}

/* Each plain line is hashed with a newline behind it. */
void script_checksum(const char *sql, size_t size, char checksum[CHECKSUM_SIZE])
{
	SHA2_CTX context;
	struct plain plain;
	struct line line;

	SHA256Init(&context);
	plain_begin(&plain, sql, size);
	while (plain_next(&plain, &line)) {
		SHA256Update(&context, (const uint8_t *)line.text, line.size);
		SHA256Update(&context, (const uint8_t *)"\n", 1);
	}
	finish(&context, checksum);
}

void bytes_checksum(const char *bytes, size_t size, char checksum[CHECKSUM_SIZE])
{
	SHA2_CTX context;

	SHA256Init(&context);
	SHA256Update(&context, (const uint8_t *)bytes, size);
	finish(&context, checksum);
}

bool checksum_is_known(const char *checksum)
{
	return !strncmp(checksum, algorithm, ALGORITHM_SIZE);
}
