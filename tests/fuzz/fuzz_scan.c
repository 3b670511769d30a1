/* Any bytes at all through the scanner. The first byte picks the dialect and whether strings are
 * standard; the rest is the text.
 *
 * Holds: the pieces joined are the text; a statement alone is the same statement; a problem lies in
 * what no piece holds; the text goes on growing inside an open quote or comment without a new
 * statement, and a byte more inside a closed one makes none either; time is linear.
 */
#include "core/enum_use.h"
#include "core/scan.h"
#include "fuzz.h"

/* Whatever they find lies in the text. */
static void check_readers(enum scan_dialect dialect, const char *text, size_t size)
{
	struct enum_use use;
	struct str shown = {0};

	if (enum_use_find(text, size, &use)) {
		HOLDS(use.size >= 2 && use.at + use.size <= size && text[use.at] == '\'');
		HOLDS(use.added < use.type_at && use.type_at + use.type_size <= use.at);
		HOLDS(enum_use_added(text, size, use.at) <= use.at);
	}
	scan_show(dialect, text, size, 40, &shown);
	HOLDS(shown.size <= 44);
	str_release(&shown);
}

static void begin(
	struct scanner *scanner, const struct scanner *like, const char *text, size_t size)
{
	scan_begin(scanner, like->dialect, text, size);
	scanner->standard_strings = like->standard_strings;
}

static void check_shape(const struct scan_statement *piece, size_t offset, size_t size)
{
	size_t end = piece->offset + piece->size;

	HOLDS(piece->offset == offset && piece->size && end <= size);
	HOLDS(offset <= piece->first && piece->first <= piece->last && piece->last <= end);
	HOLDS((piece->command == SCAN_EMPTY) == (piece->first == piece->last));
	if (piece->command == SCAN_COPY_STDIN)
		HOLDS(piece->last < piece->data && piece->data + piece->data_size < end);
}

static void check_alone(const struct scanner *like, const struct scan_statement *piece)
{
	const char *text = like->text + piece->first;
	size_t size = piece->last - piece->first;
	struct scan_statement alone;
	struct scanner scanner;

	if (piece->command == SCAN_EMPTY || piece->command == SCAN_COPY_STDIN)
		return;
	if (size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		return;
	begin(&scanner, like, text, size);
	HOLDS(scan_next(&scanner, &alone));
	HOLDS(alone.size == size && !alone.first && alone.last == size);
	HOLDS(alone.command == piece->command);
	HOLDS(alone.outside_transaction == piece->outside_transaction);
	HOLDS(!scan_next(&scanner, &alone) && scanner.problem == SCAN_OK);
}

static size_t count_pieces(
	const struct scanner *like, const char *text, size_t size, enum scan_problem *problem)
{
	struct scan_statement piece;
	struct scanner scanner;
	size_t count = 0, offset = 0;

	begin(&scanner, like, text, size);
	for (; scan_next(&scanner, &piece); count++) {
		check_shape(&piece, offset, size);
		check_alone(&scanner, &piece);
		offset += piece.size;
	}
	if (scanner.problem == SCAN_OK)
		HOLDS(offset == size);
	else
		HOLDS(offset <= scanner.problem_at && scanner.problem_at < size);
	*problem = scanner.problem;
	return count;
}

static void check_growth(const struct scanner *like, const char *text, size_t size)
{
	enum scan_problem before, after;
	size_t count = count_pieces(like, text, size, &before);
	char *more;

	if (before < SCAN_OPEN_QUOTE || before > SCAN_OPEN_DOLLAR)
		return;
	more = malloc(size + 2);
	memcpy(more, text, size);
	memcpy(more + size, ";a", 2);
	HOLDS(count_pieces(like, more, size + 2, &after) == count && after == before);
	free(more);
}

static size_t join(char *out, const char *text, size_t size, const char *inside, const char *close)
{
	memcpy(out, text, size);
	strcpy(out + size, inside);
	strcat(out + size, close);
	return size + strlen(inside) + strlen(close);
}

/* Where a text is open at its end, in a quote or a comment, a letter before what closes it is one
 * byte more inside. Between blanks, for the text's end may be the begin of a `$tag$`. */
static void check_inside(const struct scanner *like, const char *text, size_t size)
{
	static const char *const closes[] = {"'", "\"", "*/", "$$"};
	enum scan_problem problem, closed, longer;
	char *more = malloc(size + 8);

	count_pieces(like, text, size, &problem);
	for (size_t i = 0; i < 4 && problem >= SCAN_OPEN_QUOTE && problem <= SCAN_OPEN_DOLLAR;
		i++) {
		size_t count = count_pieces(
			like, more, join(more, text, size, "  ", closes[i]), &closed);

		if (closed != SCAN_OK)
			continue;
		HOLDS(count_pieces(like, more, join(more, text, size, " x ", closes[i]), &longer) ==
			count);
		HOLDS(longer == SCAN_OK);
	}
	free(more);
}

static void check_time(const struct scanner *like, const char *text, size_t size)
{
	struct scan_statement piece;
	struct scanner scanner;
	size_t total;
	char *many = repeat(text, size, &total);
	clock_t start = clock();

	begin(&scanner, like, many, total);
	while (scan_next(&scanner, &piece))
		continue;
	check_quick(start);
	free(many);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scanner like = {0};
	char *text;

	if (!size)
		return 0;
	like.dialect = data[0] & 1 ? SCAN_SQLITE : SCAN_POSTGRESQL;
	like.standard_strings = !(data[0] & 2);
	text = malloc(size);
	memcpy(text, data + 1, size - 1);
	check_growth(&like, text, size - 1);
	check_readers(like.dialect, text, size - 1);
	check_inside(&like, text, size - 1);
	if (is_chosen(data, size, 64))
		check_time(&like, text, size - 1);
	free(text);
	return 0;
}
