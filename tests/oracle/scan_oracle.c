/* The scanner's statement boundaries, compared with PostgreSQL's own grammar (libpg_query).
 *
 *   cc -std=gnu17 -D_GNU_SOURCE -Ilib -o scan_oracle tests/oracle/scan_oracle.c lib/core/scan*.c \
 *      lib/base/utf8.c lib/base/str.c lib/base/arena.c -lpg_query
 *   ./scan_oracle [-l] [-n COMPOSITIONS] tests/corpus/sql/(all).sql
 *
 * Every file must parse; with -l one that does not is compared with what the grammar's lexer alone
 * finds, as far as that goes, and counted. For each statement four offsets must be equal: where it
 * begins and ends, and its first and last token. Then as many random texts made of the files'
 * statements are compared likewise. COPY data is blanked before PostgreSQL sees a file: what is
 * left parses only if just the data went.
 *
 * Not comparable, for libpg_query's own reasons: a comment between the lines of a continued string,
 * which libpg_query's lexer hands out as a token while the server skips it (tests/unit/test_scan.c
 * has that); the end of U&"" and U&'', which it puts behind the U.
 */
#include <pg_query.h>

#include "oracle.h"

struct span {
	size_t begin, end;
};

struct expected {
	struct span *statements; /* from behind a semicolon up to the next */
	size_t count;
	struct span *tokens; /* without comments */
	size_t token_count, token_room, token_next;
};

static struct expected expected;
static size_t compared, failed, lexed;

static void complain(const char *name, const struct text *text, const char *what, size_t at)
{
	size_t from = at > 60 ? at - 60 : 0;

	failed++;
	printf("%s: %s at %zu: <%.*s>\n", name, what, at,
		(int)(at + 60 < text->size ? at + 60 - from : text->size - from),
		text->bytes + from);
}

static uint64_t read_varint(const unsigned char **byte)
{
	uint64_t value = 0;

	for (int shift = 0;; shift += 7) {
		unsigned char next = *(*byte)++;

		value |= (uint64_t)(next & 0x7f) << shift;
		if (next < 0x80)
			return value;
	}
}

/* pg_query.ScanToken: 1 start, 2 end, 4 token, 5 keyword kind, all integers. */
static void read_scan_token(const unsigned char *byte, const unsigned char *end)
{
	enum { UIDENT = 259, USCONST = 262, SQL_COMMENT = 275, C_COMMENT = 276 };
	uint64_t fields[6] = {0};
	bool unicode;

	while (byte < end) {
		uint64_t key = read_varint(&byte);

		fields[key >> 3] = read_varint(&byte);
	}
	unicode = fields[4] == UIDENT || fields[4] == USCONST;
	if (fields[4] == SQL_COMMENT || fields[4] == C_COMMENT)
		return;
	if (expected.token_count == expected.token_room) {
		expected.token_room = expected.token_room * 2 + 64;
		expected.tokens = memory_resize(
			expected.tokens, expected.token_room * sizeof(struct span));
	}
	expected.tokens[expected.token_count++] = (struct span){
		fields[1], unicode ? SIZE_MAX : fields[2]};
}

/* pg_query.ScanResult: 1 version, 2 tokens. */
static void read_tokens(const char *sql)
{
	PgQueryScanResult result = pg_query_scan(sql);
	const unsigned char *byte = (const unsigned char *)result.pbuf.data;
	const unsigned char *end = byte + result.pbuf.len;

	expected.token_count = expected.token_next = 0;
	while (byte < end) {
		uint64_t key = read_varint(&byte);
		uint64_t value = read_varint(&byte);

		if (key >> 3 != 2)
			continue;
		read_scan_token(byte, byte + value);
		byte += value;
	}
	pg_query_free_scan_result(result);
}

static bool read_expected(const char *name, const struct text *text, bool lenient)
{
	PgQuerySplitResult result = pg_query_split_with_parser(text->bytes);

	if (result.error && lenient) {
		pg_query_free_split_result(result);
		result = pg_query_split_with_scanner(text->bytes);
		lexed++;
	}
	if (result.error) {
		complain(name, text, result.error->message,
			result.error->cursorpos > 0 ? (size_t)result.error->cursorpos - 1 : 0);
		pg_query_free_split_result(result);
		return false;
	}
	expected.count = (size_t)result.n_stmts;
	expected.statements = memory_resize(
		expected.statements, (expected.count + 1) * sizeof(struct span));
	for (size_t i = 0; i < expected.count; i++) {
		size_t begin = (size_t)result.stmts[i]->stmt_location;

		expected.statements[i] = (struct span){
			begin, begin + (size_t)result.stmts[i]->stmt_len};
	}
	pg_query_free_split_result(result);
	read_tokens(text->bytes);
	return true;
}

/* The tokens between two offsets, as one span; statements are asked for in their order. */
static struct span find_tokens(struct span statement)
{
	struct span found = {0, 0};

	for (; expected.token_next < expected.token_count; expected.token_next++) {
		struct span token = expected.tokens[expected.token_next];

		if (token.begin >= statement.end)
			break;
		if (token.begin < statement.begin)
			continue;
		if (!found.end)
			found.begin = token.begin;
		found.end = token.end;
	}
	return found;
}

static bool compare_piece(const char *name, const struct text *text,
	const struct scan_statement *piece, size_t index, bool behind_copy)
{
	size_t end = piece->offset + piece->size -
		     (text->bytes[piece->offset + piece->size - 1] == ';');
	struct span wanted = {0}, tokens;

	if (index >= expected.count) {
		complain(name, text, "a statement too many", piece->first);
		return false;
	}
	wanted = expected.statements[index];
	tokens = find_tokens(wanted);
	if (!behind_copy && piece->offset != wanted.begin)
		complain(name, text, "another begin", piece->offset);
	else if (piece->command != SCAN_COPY_STDIN && end != wanted.end)
		complain(name, text, "another end", end);
	else if (piece->first != tokens.begin)
		complain(name, text, "another first token", piece->first);
	else if (piece->last != tokens.end && tokens.end != SIZE_MAX)
		complain(name, text, "another last token", piece->last);
	else
		return true;
	printf("  PostgreSQL has %zu to %zu, tokens %zu to %zu\n", wanted.begin, wanted.end,
		tokens.begin, tokens.end);
	return false;
}

static void blank_data(struct text *masked, const struct scan_statement *piece)
{
	if (piece->command == SCAN_COPY_STDIN)
		memset(masked->bytes + piece->data, ' ', piece->offset + piece->size - piece->data);
}

static bool scan_all(const char *name, const struct text *text, struct text *masked)
{
	struct scan_statement piece;
	struct scanner scanner;

	scan_begin(&scanner, SCAN_POSTGRESQL, text->bytes, text->size);
	while (scan_next(&scanner, &piece))
		blank_data(masked, &piece);
	if (scanner.problem != SCAN_OK)
		complain(name, text, scan_problem_text(scanner.problem), scanner.problem_at);
	return scanner.problem == SCAN_OK;
}

static void compare(const char *name, const struct text *text, bool lenient, struct pool *pool)
{
	struct text masked = {memory_resize(NULL, text->size + 1), text->size};
	struct scan_statement piece;
	struct scanner scanner;
	bool same = true, behind_copy = false;
	size_t index = 0;

	memcpy(masked.bytes, text->bytes, text->size + 1);
	if (!scan_all(name, text, &masked) || !read_expected(name, &masked, lenient))
		goto out;
	scan_begin(&scanner, SCAN_POSTGRESQL, text->bytes, text->size);
	while (same && scan_next(&scanner, &piece)) {
		if (piece.command == SCAN_EMPTY)
			continue;
		same = compare_piece(name, text, &piece, index++, behind_copy);
		behind_copy = piece.command == SCAN_COPY_STDIN;
		if (pool && !behind_copy)
			oracle_keep(pool, text->bytes + piece.first, piece.last - piece.first);
	}
	if (same && index < expected.count)
		complain(name, text, "a statement missing", expected.statements[index].begin);
	compared += index;
out:
	free(masked.bytes);
}

static void compare_compositions(const struct pool *pool, size_t count)
{
	struct str str = {0};
	uint64_t seed = 0x2545f4914f6cdd1d;

	for (size_t i = 0; i < count && !failed; i++) {
		oracle_compose(pool, &str, &seed);
		compare("composition", &(struct text){str.text, str.size}, false, NULL);
		if (failed)
			printf("%s\n", str.text);
	}
	str_release(&str);
}

int main(int argc, char **argv)
{
	struct pool pool = {0};
	size_t compositions = 3000;
	bool lenient = false;
	int i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		if (!strcmp(argv[i], "-l"))
			lenient = true;
		else if (!strcmp(argv[i], "-n") && i + 1 < argc)
			compositions = strtoul(argv[++i], NULL, 10);
	}
	for (; i < argc; i++) {
		struct text text = oracle_read(argv[i]);

		compare(argv[i], &text, lenient, &pool);
		free(text.bytes);
	}
	if (!failed && pool.count && !lenient)
		compare_compositions(&pool, compositions);
	printf("%zu statements compared, %zu files by the lexer alone\n", compared, lexed);
	printf("%d passed, %d failed\n", compared && !failed, !compared || failed);
	return !compared || failed;
}
