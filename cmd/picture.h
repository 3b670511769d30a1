/* picture: the revisions' graph as other programs draw or show it. Every text that comes from a
 * script is escaped for what it is put into. */
#ifndef MIGRATE_CMD_PICTURE_H
#define MIGRATE_CMD_PICTURE_H

#include "base/arena.h"
#include "base/str.h"
#include "migrate.h"

/* An edge runs from a row down to a later one. */
struct picture_edge {
	uint32_t from, to;
	uint32_t lane; /* that it runs in between them */
	bool depends;
};

struct picture {
	const struct migrate_revision *const *revision; /* newest first */
	uint32_t count;
	bool asked; /* the database was: applied and current are known */
	const struct picture_edge *edge;
	size_t edges;
	const uint32_t *lane; /* of each revision */
	uint32_t lanes;
};

/* Finds the edges between those that are listed, and a lane for each. */
void picture_read(struct arena *arena, struct picture *picture,
	const struct migrate_revisions *revisions, bool asked);
/* "current", "applied", "pending", or "known" where the database was not asked. */
const char *picture_state(const struct picture *picture, uint32_t row);
/* All that is known of one, a field a line. */
void picture_add_fields(const struct picture *picture, uint32_t row, struct str *out);

void picture_add_dot(const struct picture *picture, struct str *out);
void picture_add_mermaid(const struct picture *picture, struct str *out);
/* A document of its own, or an element of a page, whose nodes lead to "#r-ID". */
void picture_add_svg(const struct picture *picture, bool in_page, struct str *out);
void picture_add_html(const struct picture *picture, struct str *out);

#endif
