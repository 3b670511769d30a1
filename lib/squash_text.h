/* squash_text: what the one revision in place of many says. Only the files beside this one include
 * it. */
#ifndef MIGRATE_SQUASH_TEXT_H
#define MIGRATE_SQUASH_TEXT_H

#include "squash_proof.h"

struct squash_text {
	struct migrate *migrate;
	const struct squash *squash;
	const char *joined;       /* why the scripts are to be joined; NULL: a dump will do */
	struct revision revision; /* its id, message, created and file are the caller's to give */
	struct str text;          /* filled: the file, which `revision` is read from */
};

/* Is it more than a dump could say? Then `joined` says why. */
bool squash_text_choose(struct squash_text *text, bool concat, struct migrate_error *error);
/* Fills the text and the revision. MIGRATE_E_REFUSED where the scripts cannot be joined. */
bool squash_text_write(
	struct squash_text *text, const struct schema *schema, struct migrate_error *error);
void squash_text_release(struct squash_text *text);

#endif
