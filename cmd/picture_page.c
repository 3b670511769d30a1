/* picture_page: the graph as SVG, one row for each revision, and the page around it, which is
 * templates/graph.html with three places filled in.
 *
 * Surprising: details show without a script too, by :target; the script only searches. */
#include <string.h>

#include "embedded.h"
#include "markup.h"
#include "picture.h"
#include "report.h"

enum { ROW = 28, LANE = 18, RADIUS = 6, LETTER = 8 };

static uint32_t x_of(uint32_t lane)
{
	return LANE + lane * LANE;
}

static uint32_t y_of(uint32_t row)
{
	return ROW + row * ROW;
}

/* Aslant into its lane, down in it, and aslant out of it. */
static void add_edge(
	const struct picture *picture, const struct picture_edge *edge, struct str *out)
{
	str_printf(out, "<path class=\"%s\" d=\"M%u %u", edge->depends ? "edge depends" : "edge",
		x_of(picture->lane[edge->from]), y_of(edge->from));
	if (edge->to > edge->from + 1)
		str_printf(out, "L%u %uV%u", x_of(edge->lane), y_of(edge->from + 1),
			y_of(edge->to - 1));
	str_printf(out, "L%u %u\"/>\n", x_of(picture->lane[edge->to]), y_of(edge->to));
}

static void add_title(const struct picture *picture, uint32_t row, struct str *out)
{
	struct str fields = {0};

	picture_add_fields(picture, row, &fields);
	str_add(out, "<title>");
	markup_add(out, str_text(&fields));
	str_add(out, "</title>");
	str_release(&fields);
}

static void add_node(const struct picture *picture, uint32_t row, bool in_page, struct str *out)
{
	const struct migrate_revision *revision = picture->revision[row];

	if (in_page)
		str_printf(out, "<a href=\"#r-%s\">", revision->id);
	str_printf(out, "<g class=\"node %s\" id=\"n-%s\">", picture_state(picture, row),
		revision->id);
	if (!in_page)
		add_title(picture, row, out);
	str_printf(out,
		"<circle cx=\"%u\" cy=\"%u\" r=\"%d\"/><text x=\"%u\" y=\"%u\">"
		"<tspan class=\"id\">%s</tspan> ",
		x_of(picture->lane[row]), y_of(row), RADIUS, x_of(picture->lanes),
		y_of(row) + RADIUS - 1, revision->id);
	markup_add(out, revision->message);
	str_printf(out, "</text></g>%s\n", in_page ? "</a>" : "");
}

static uint32_t width_of(const struct picture *picture)
{
	size_t longest = 0;

	for (uint32_t i = 0; i < picture->count; i++) {
		const struct migrate_revision *revision = picture->revision[i];
		size_t size = strlen(revision->id) + 1 + strlen(revision->message);

		longest = size > longest ? size : longest;
	}
	return x_of(picture->lanes) + (uint32_t)longest * LETTER + LANE;
}

static const char style[] =
	"<style>"
	"svg{background:#fff}.edge{fill:none;stroke:#888;stroke-width:2}"
	".depends{stroke-dasharray:3 3}.node circle{fill:#fff;stroke:#555;stroke-width:2}"
	".node text{font:13px sans-serif;fill:#111}.id{font-family:monospace;font-weight:bold}"
	".current circle{fill:#ffc107;stroke:#8a6d00}.applied circle{fill:#66bb6a;stroke:#2f7d32}"
	".pending circle{fill:#eee;stroke:#777}.pending text{fill:#666}"
	"</style>\n";

void picture_add_svg(const struct picture *picture, bool in_page, struct str *out)
{
	if (!in_page)
		str_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	str_printf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
		"aria-label=\"Graph of %u revisions\" width=\"%u\" height=\"%u\">\n%s",
		picture->count, width_of(picture), y_of(picture->count), style);
	for (size_t i = 0; i < picture->edges; i++)
		add_edge(picture, &picture->edge[i], out);
	for (uint32_t i = 0; i < picture->count; i++)
		add_node(picture, i, in_page, out);
	str_add(out, "</svg>\n");
}

static void add_section(const struct picture *picture, uint32_t row, struct str *out)
{
	const struct migrate_revision *revision = picture->revision[row];
	struct str fields = {0};

	picture_add_fields(picture, row, &fields);
	str_printf(out, "<section id=\"r-%s\"><h2>%s</h2><p>", revision->id, revision->id);
	markup_add(out, revision->message);
	str_add(out, "</p><pre>");
	markup_add(out, str_text(&fields));
	str_add(out, "</pre></section>\n");
	str_release(&fields);
}

void picture_add_html(const struct picture *picture, struct str *out)
{
	static const char graph[] = "{graph}", sections[] = "{sections}";
	const char *page = embedded_graph_html;
	const char *at = strstr(page, graph), *second = strstr(page, sections);

	str_add_bytes(out, page, (size_t)(at - page));
	picture_add_svg(picture, true, out);
	at += sizeof graph - 1;
	str_add_bytes(out, at, (size_t)(second - at));
	for (uint32_t i = 0; i < picture->count; i++)
		add_section(picture, i, out);
	str_add(out, second + sizeof sections - 1);
}

void report_picture(struct report *report, const struct migrate_revisions *revisions, bool asked)
{
	struct str *out = &report->out.text;
	struct arena arena = {0};
	struct picture picture;

	picture_read(&arena, &picture, revisions, asked);
	switch ((enum format)report->options->format) {
	case FORMAT_DOT: picture_add_dot(&picture, out); break;
	case FORMAT_MERMAID: picture_add_mermaid(&picture, out); break;
	case FORMAT_SVG: picture_add_svg(&picture, false, out); break;
	case FORMAT_HTML: picture_add_html(&picture, out); break;
	case FORMAT_TEXT:
	case FORMAT_JSON:
	case FORMAT_JUNIT:
	case FORMAT_GITHUB:
	case FORMAT_GITLAB:
	case FORMAT_SARIF: break;
	}
	arena_release(&arena);
}
