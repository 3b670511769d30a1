/* The drawing of `history --graph`: pictures by hand, and drawings of random graphs followed by
 * eye.
 *
 *   "m d1,d2; d1 b; d2 b; b; r !b"     newest first: id, parents, dependencies after `!` */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmd/lanes.h"

enum { NODES = 64, EDGES = 8 };

struct sketch {
	struct arena arena;
	const char *id[NODES];
	uint32_t below[NODES][EDGES];
	size_t count[NODES], parents[NODES], nodes;
	size_t line[NODES], at[NODES]; /* where each was drawn */
	struct str text;
};

static uint32_t node_of(struct sketch *sketch, const char *id)
{
	for (uint32_t i = 0; i < sketch->nodes; i++)
		if (!strcmp(sketch->id[i], id))
			return i;
	fail_msg("no node \"%s\"", id);
	return 0;
}

static void read_below(struct sketch *sketch, size_t node, char *text, bool parents)
{
	char *save = NULL;

	for (char *id = strtok_r(text, " ,", &save); id; id = strtok_r(NULL, " ,", &save)) {
		sketch->below[node][sketch->count[node]++] = node_of(sketch, id);
		sketch->parents[node] += parents;
	}
}

static void read_sketch(struct sketch *sketch, const char *notation)
{
	char *copy = arena_strdup(&sketch->arena, notation), *save = NULL, *rest[NODES];

	for (char *part = strtok_r(copy, ";", &save); part; part = strtok_r(NULL, ";", &save)) {
		size_t size;

		part += strspn(part, " ");
		size = strcspn(part, " ");
		rest[sketch->nodes] = part + size;
		sketch->id[sketch->nodes++] = arena_strndup(&sketch->arena, part, size);
	}
	for (size_t i = 0; i < sketch->nodes; i++) {
		char *dependencies = strchr(rest[i], '!');

		if (dependencies)
			*dependencies++ = '\0';
		read_below(sketch, i, rest[i], true);
		if (dependencies)
			read_below(sketch, i, dependencies, false);
	}
}

static size_t count_lines(const char *text)
{
	size_t lines = 0;

	for (; (text = strchr(text, '\n')); text++)
		lines++;
	return lines;
}

static void draw(struct sketch *sketch)
{
	struct lanes lanes = {.arena = &sketch->arena};

	for (uint32_t i = 0; i < sketch->nodes; i++) {
		struct lanes_below below = {sketch->below[i], sketch->count[i], sketch->parents[i]};
		size_t at = lanes_place(&lanes, i, &sketch->text), start = at;

		while (start && sketch->text.text[start - 1] != '\n')
			start--;
		sketch->text.text[at] = '*';
		sketch->line[i] = count_lines(str_text(&sketch->text));
		sketch->at[i] = at - start;
		if (sketch->id[i])
			str_printf(&sketch->text, " %s", sketch->id[i]);
		str_add_char(&sketch->text, '\n');
		lanes_advance(&lanes, &below, &sketch->text);
	}
	assert_int_equal(lanes.count, 0);
}

static void forget(struct sketch *sketch)
{
	str_release(&sketch->text);
	arena_release(&sketch->arena);
}

static void must_draw(const char *notation, const char *picture)
{
	struct sketch sketch = {0};

	read_sketch(&sketch, notation);
	draw(&sketch);
	if (strcmp(str_text(&sketch.text), picture) != 0)
		fail_msg("\"%s\" is drawn\n%snot\n%s", notation, str_text(&sketch.text), picture);
	forget(&sketch);
}

static void a_line_is_a_column(void **state)
{
	(void)state;
	must_draw("", "");
	must_draw("a", "* a\n");
	must_draw("c b; b a; a", "* c\n"
				 "* b\n"
				 "* a\n");
}

static void a_fork_comes_together_at_its_foot(void **state)
{
	(void)state;
	must_draw("d2 c2; c2 b; d1 c1; c1 b; b a; a", "* d2\n"
						      "* c2\n"
						      "| * d1\n"
						      "| * c1\n"
						      "|/\n"
						      "* b\n"
						      "* a\n");
	must_draw("x a; y a; z a; a", "* x\n"
				      "| * y\n"
				      "|/\n"
				      "| * z\n"
				      "|/\n"
				      "* a\n");
}

static void a_merge_opens_a_lane_for_each_parent(void **state)
{
	(void)state;
	must_draw("m x,y; y a; x a; a", "* m\n"
					"|\\\n"
					"| * y\n"
					"* | x\n"
					"|/\n"
					"* a\n");
	must_draw("m x,y,z; z a; y a; x a; a", "* m\n"
					       "|\\\n"
					       "| |\\\n"
					       "| | * z\n"
					       "| * | y\n"
					       "| |/\n"
					       "* | x\n"
					       "|/\n"
					       "* a\n");
}

static void lanes_on_the_right_make_room_and_move_up(void **state)
{
	(void)state;
	must_draw("r q; m x,y; y a; x a; a; q", "* r\n"
						"| * m\n"
						"| |\\\n"
						"| | * y\n"
						"| * | x\n"
						"| |/\n"
						"| * a\n"
						"* q\n");
	must_draw("p b; r q; b; q", "* p\n"
				    "| * r\n"
				    "* | b\n"
				    " /\n"
				    "* q\n");
}

static void bases_in_one_column_are_kept_apart(void **state)
{
	(void)state;
	must_draw("b a; a; y x; x; z", "* b\n"
				       "* a\n"
				       "\n"
				       "* y\n"
				       "* x\n"
				       "\n"
				       "* z\n");
	must_draw("c a; x; y; a", "* c\n"
				  "| * x\n"
				  "|\n"
				  "| * y\n"
				  "* a\n");
}

static void lanes_cross(void **state)
{
	(void)state;
	/* To the left, through a lane that is not met; and to the right. */
	must_draw("p a; r q; s a; q; a", "* p\n"
					 "| * r\n"
					 "| | * s\n"
					 "| |/\n"
					 "|/|\n"
					 "| * q\n"
					 "* a\n");
	must_draw("m x; r q; s y; x w,y; w; q; y", "* m\n"
						   "| * r\n"
						   "| | * s\n"
						   "* | | x\n"
						   "|\\| |\n"
						   "| |\\|\n"
						   "* | | w\n"
						   " / /\n"
						   "* | q\n"
						   " /\n"
						   "* y\n");
}

static void dependencies_are_dotted(void **state)
{
	(void)state;
	must_draw("r !l; l", "* r\n"
			     "* l\n");
	must_draw("r q !l; q; l k; k", "* r\n"
				       "|.\n"
				       "* : q\n"
				       " .\n"
				       "* l\n"
				       "* k\n");
	must_draw("x l; r !l; l", "* x\n"
				  "| * r\n"
				  "|.\n"
				  "* l\n");
	/* A parent's line is drawn over a dependency's. */
	must_draw("r q !l; x l; q; l", "* r\n"
				       "|.\n"
				       "| : * x\n"
				       "| :/\n"
				       "* | q\n"
				       " /\n"
				       "* l\n");
	must_draw("r !l,k; k; l", "* r\n"
				  ":.\n"
				  ": * k\n"
				  "* l\n");
}

static char cell(char *const *line, size_t lines, size_t row, long column)
{
	if (row >= lines || column < 0 || (size_t)column >= strcspn(line[row], "\n"))
		return ' ';
	return line[row][column];
}

/* Marks what an eye can reach from a cell, downwards: straight on, or as the strokes lead. */
static void follow(char *const *line, size_t lines, size_t row, long column, char *seen)
{
	static const long sides[] = {-1, 0, 1};
	char mark = cell(line, lines, row, column);
	bool aslant = mark == '/' || mark == '\\' || mark == '.' || mark == 'X';

	for (size_t i = 0; i < 3; i++) {
		long next = column + sides[i] * (aslant ? 2 : 1), upright = column + sides[i];
		char below = cell(line, lines, row + 1, next);
		bool goes = sides[i] < 0   ? below && strchr("/.X", below)
			    : sides[i] > 0 ? below && strchr("\\.X", below)
					   : !aslant && strchr("|:*", below);
		char *mine = &seen[(row + 1) * 4 * NODES + (size_t)(next < 0 ? 0 : next)];

		if (goes && !*mine) {
			*mine = 1;
			follow(line, lines, row + 1, next, seen);
		}
		if (!aslant || !sides[i] || !strchr("|:*", cell(line, lines, row + 1, upright)))
			continue;
		mine = &seen[(row + 1) * 4 * NODES + (size_t)upright];
		if (*mine)
			continue;
		*mine = 1;
		if (cell(line, lines, row + 1, upright) != '*')
			follow(line, lines, row + 1, upright, seen);
	}
}

static void random_sketch(struct sketch *sketch, unsigned *seed)
{
	sketch->nodes = 2 + (size_t)rand_r(seed) % 30;
	for (size_t i = 0; i < sketch->nodes; i++) {
		size_t wanted = (size_t)rand_r(seed) % 4, left = sketch->nodes - i - 1;

		for (size_t edge = 0; edge < wanted && left; edge++) {
			uint32_t below =
				(uint32_t)(i + 1 + (size_t)rand_r(seed) % (left < 8 ? left : 8));
			bool there = false;

			for (size_t k = 0; k < sketch->count[i]; k++)
				there = there || sketch->below[i][k] == below;
			if (!there)
				sketch->below[i][sketch->count[i]++] = below;
		}
		sketch->parents[i] = sketch->count[i]
					     ? (size_t)rand_r(seed) % (sketch->count[i] + 1)
					     : 0;
	}
}

static void must_lead(struct sketch *sketch)
{
	char *text = arena_strdup(&sketch->arena, str_text(&sketch->text)), **line;
	size_t lines = 0;

	line = ARENA_ARRAY(&sketch->arena, count_lines(text) + 1, char *);
	for (char *at; (at = strsep(&text, "\n")) && text;)
		line[lines++] = at;
	for (size_t i = 0; i < sketch->nodes; i++) {
		char *seen = arena_alloc(&sketch->arena, (lines + 2) * 4 * NODES);

		assert_int_equal(cell(line, lines, sketch->line[i], (long)sketch->at[i]), '*');
		follow(line, lines, sketch->line[i], (long)sketch->at[i], seen);
		for (size_t edge = 0; edge < sketch->count[i]; edge++) {
			uint32_t below = sketch->below[i][edge];

			if (!seen[sketch->line[below] * 4 * NODES + sketch->at[below]])
				fail_msg("nothing leads from node %zu to node %u in\n%s", i, below,
					str_text(&sketch->text));
		}
		if (sketch->count[i])
			continue;
		/* Below one that stands on nothing there is no stroke. */
		assert_false(strchr("|:*", cell(line, lines, sketch->line[i] + 1,
						   (long)sketch->at[i])) != NULL);
	}
}

static void every_edge_of_a_random_graph_can_be_followed(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		struct sketch sketch = {0};
		unsigned seed = round;

		random_sketch(&sketch, &seed);
		draw(&sketch);
		must_lead(&sketch);
		forget(&sketch);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_a_column),
		cmocka_unit_test(a_fork_comes_together_at_its_foot),
		cmocka_unit_test(a_merge_opens_a_lane_for_each_parent),
		cmocka_unit_test(lanes_on_the_right_make_room_and_move_up),
		cmocka_unit_test(bases_in_one_column_are_kept_apart),
		cmocka_unit_test(lanes_cross),
		cmocka_unit_test(dependencies_are_dotted),
		cmocka_unit_test(every_edge_of_a_random_graph_can_be_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
