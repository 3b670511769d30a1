/* scan_show: a statement as one line for people. Surprising: what stands between quotes is left
 * out, for the statement may be anybody's, and may hold what no log should; and the text may end
 * anywhere, since servers keep only its beginning. */
#include "core/scan_lex.h"

static void add_token(
	const struct scanner *scanner, const struct token *token, size_t behind, struct str *out)
{
	if (out->size && token->at > behind)
		str_add_char(out, ' ');
	if (token->kind == TOKEN_STRING)
		str_add(out, "'...'");
	else
		str_add_bytes(out, scanner->text + token->at, token->size);
}

void scan_show(
	enum scan_dialect dialect, const char *text, size_t size, size_t limit, struct str *out)
{
	struct scanner scanner;
	struct token token;
	struct str line = {0};
	size_t behind = 0;

	scan_begin(&scanner, dialect, text, size);
	while (scanner.problem == SCAN_OK && line.size <= limit) {
		scan_token(&scanner, &token);
		if (token.kind == TOKEN_END)
			break;
		add_token(&scanner, &token, behind, &line);
		behind = scanner.position;
	}
	size = line.size;
	if (size > limit)
		for (size = limit; size && ((unsigned char)line.text[size] & 0xc0) == 0x80;)
			size--;
	str_add_bytes(out, str_text(&line), size);
	if (size < line.size || scanner.problem != SCAN_OK)
		str_add(out, " ...");
	str_release(&line);
}
