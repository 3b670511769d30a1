/* diff: the search for the fewest changes. Lines become numbers, the same for equal lines; lines
 * that the other text does not have at all are changes for certain and leave before the search.
 *
 * The search is E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), section 4b:
 * two paths, one from each end, meet in the middle of a shortest one, and the two halves are
 * searched in turn. Surprising: a diagonal may have no point at all (NOWHERE), since paths do not
 * leave the rectangle. */
#include "core/diff.h"

#include <stdlib.h>
#include <string.h>

enum { STEP_LIMIT = 40 * 1000 * 1000, DEPTH_LIMIT = 4096, NOWHERE = -2 };

/* -------- Lines as numbers -------- */

struct numbers {
	const struct line **line; /* by number */
	uint32_t *slot, mask;     /* number plus one, 0: free */
	uint32_t count;
};

static uint32_t hash_line(const struct line *line)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < line->size; i++)
		hash = (hash ^ (unsigned char)line->text[i]) * 16777619u;
	return hash ^ hash >> 15;
}

static bool same_line(const struct line *left, const struct line *right)
{
	return left->size == right->size && !memcmp(left->text, right->text, left->size);
}

static void numbers_init(struct numbers *numbers, struct arena *arena, uint32_t lines)
{
	uint32_t size = 16;

	while (size / 2 < lines)
		size *= 2;
	*numbers = (struct numbers){.line = ARENA_ARRAY(arena, lines, const struct line *),
		.slot = ARENA_ARRAY(arena, size, uint32_t),
		.mask = size - 1};
}

static uint32_t number_of(struct numbers *numbers, const struct line *line)
{
	uint32_t at = hash_line(line) & numbers->mask;

	while (numbers->slot[at] && !same_line(numbers->line[numbers->slot[at] - 1], line))
		at = (at + 1) & numbers->mask;
	if (!numbers->slot[at]) {
		numbers->line[numbers->count] = line;
		numbers->slot[at] = ++numbers->count;
	}
	return numbers->slot[at] - 1;
}

/* -------- The search -------- */

/* One text's lines between what both begin and end with. */
struct side {
	uint8_t *changed; /* marks, by line */
	uint32_t *number; /* of each line; then only of those that are searched */
	uint32_t *line;   /* where those stand */
	uint32_t count, searched;
};

struct search {
	struct side old, new;
	int32_t *forward, *backward; /* the furthest x on each diagonal, from -DEPTH_LIMIT - 1 on */
	long steps;                  /* left */
};

struct box {
	uint32_t left, right; /* of the old side */
	uint32_t top, bottom; /* of the new side */
};

static bool meets(const struct search *search, const struct box *box, int32_t x, int32_t y)
{
	return x < (int32_t)(box->right - box->left) && y < (int32_t)(box->bottom - box->top) &&
	       search->old.number[box->left + (uint32_t)x] ==
		       search->new.number[box->top + (uint32_t)y];
}

static bool meets_backward(const struct search *search, const struct box *box, int32_t x, int32_t y)
{
	return x < (int32_t)(box->right - box->left) && y < (int32_t)(box->bottom - box->top) &&
	       search->old.number[box->right - 1 - (uint32_t)x] ==
		       search->new.number[box->bottom - 1 - (uint32_t)y];
}

/* Where one more step leads to on diagonal k, from the diagonals beside it. */
static int32_t step_to(const int32_t *furthest, const struct box *box, int32_t depth, int32_t k)
{
	int32_t width = (int32_t)(box->right - box->left);
	int32_t height = (int32_t)(box->bottom - box->top);
	int32_t across = depth ? furthest[k - 1] : -1, down = depth ? furthest[k + 1] : NOWHERE;

	across = across == NOWHERE || across == width ? NOWHERE : across + 1;
	down = down == NOWHERE || down - k > height ? NOWHERE : down;
	return across > down ? across : down;
}

/* Moves one of the two paths on by a step on every diagonal. True where it meets the other, whose
 * last step was other_depth: *x, *y is that point. */
static bool advance(struct search *search, const struct box *box, int32_t depth,
	int32_t other_depth, bool backward, int32_t *x, int32_t *y)
{
	int32_t width = (int32_t)(box->right - box->left);
	int32_t height = (int32_t)(box->bottom - box->top);
	int32_t *furthest = DEPTH_LIMIT + 1 + (backward ? search->backward : search->forward);
	const int32_t *other = DEPTH_LIMIT + 1 + (backward ? search->forward : search->backward);
	int32_t low = depth <= height ? -depth : -height + (depth - height) % 2;
	int32_t high = depth <= width ? depth : width - (depth - width) % 2;

	furthest[-depth - 1] = furthest[depth + 1] = NOWHERE;
	for (int32_t k = low; k <= high; k += 2) {
		int32_t at = step_to(furthest, box, depth, k), facing = width - height - k;

		search->steps--;
		*x = at;
		*y = at - k;
		while (at != NOWHERE && (backward ? meets_backward(search, box, at, at - k)
						  : meets(search, box, at, at - k)))
			at++, search->steps--;
		furthest[k] = at;
		if (at != NOWHERE && facing >= -other_depth && facing <= other_depth &&
			(facing + other_depth) % 2 == 0 && other[facing] != NOWHERE &&
			at + other[facing] >= width)
			return true;
	}
	return false;
}

/* A point of a shortest path, not a corner of the box. False where it would cost too much. */
static bool find_middle(struct search *search, const struct box *box, uint32_t *x, uint32_t *y)
{
	int32_t at_x, at_y;

	for (int32_t depth = 0; depth < DEPTH_LIMIT && search->steps > 0; depth++) {
		if (advance(search, box, depth, depth - 1, false, &at_x, &at_y)) {
			*x = box->left + (uint32_t)at_x;
			*y = box->top + (uint32_t)at_y;
			return true;
		}
		if (advance(search, box, depth, depth, true, &at_x, &at_y)) {
			*x = box->right - (uint32_t)at_x;
			*y = box->bottom - (uint32_t)at_y;
			return true;
		}
	}
	return false;
}

static void mark(struct side *side, uint32_t from, uint32_t to)
{
	while (from < to)
		side->changed[side->line[from++]] = 1;
}

static void strip(const struct search *search, struct box *box)
{
	while (meets(search, box, 0, 0)) {
		box->left++;
		box->top++;
	}
	while (meets_backward(search, box, 0, 0)) {
		box->right--;
		box->bottom--;
	}
}

/* The depth is that of halving: the shorter path has half the steps each time. */
static void search_box(struct search *search, struct box box)
{
	uint32_t x, y;

	strip(search, &box);
	if (box.left == box.right || box.top == box.bottom || !find_middle(search, &box, &x, &y)) {
		mark(&search->old, box.left, box.right);
		mark(&search->new, box.top, box.bottom);
		return;
	}
	search_box(search, (struct box){box.left, x, box.top, y});
	search_box(search, (struct box){x, box.right, y, box.bottom});
}

/* -------- From marks to changes -------- */

static void side_init(struct side *side, struct arena *arena, struct numbers *numbers,
	const struct line *line, uint32_t count)
{
	*side = (struct side){.changed = ARENA_ARRAY(arena, count, uint8_t),
		.number = ARENA_ARRAY(arena, count, uint32_t),
		.line = ARENA_ARRAY(arena, count, uint32_t),
		.count = count};
	for (uint32_t i = 0; i < count; i++)
		side->number[i] = number_of(numbers, &line[i]);
}

static uint8_t *marks_of(struct arena *arena, const struct side *side, uint32_t numbers)
{
	uint8_t *has = ARENA_ARRAY(arena, numbers, uint8_t);

	for (uint32_t i = 0; i < side->count; i++)
		has[side->number[i]] = 1;
	return has;
}

/* Leaves the lines to be searched that the other side has too. */
static void side_narrow(struct side *side, const uint8_t *other_has)
{
	for (uint32_t i = 0; i < side->count; i++) {
		side->changed[i] = !other_has[side->number[i]];
		if (side->changed[i])
			continue;
		side->line[side->searched] = i;
		side->number[side->searched++] = side->number[i];
	}
}

static void add_change(struct arena *arena, struct diff *diff, const struct diff_change *change)
{
	if (!(diff->count & (diff->count - 1))) { /* full at each power of two */
		struct diff_change *grown = ARENA_ARRAY(
			arena, diff->count ? diff->count * 2 : 1, struct diff_change);

		if (diff->count)
			memcpy(grown, diff->change, diff->count * sizeof *grown);
		diff->change = grown;
	}
	diff->change[diff->count++] = *change;
}

/* common: lines before the two sides. */
static void collect(
	struct arena *arena, const struct search *search, uint32_t common, struct diff *diff)
{
	const struct side *old = &search->old, *new = &search->new;
	uint32_t i = 0, k = 0;

	while (i < old->count || k < new->count) {
		struct diff_change change = {.from = common + i, .to = common + k};

		while (i < old->count && old->changed[i])
			i++, change.removed++;
		while (k < new->count &&new->changed[k])
			k++, change.added++;
		if (change.removed || change.added)
			add_change(arena, diff, &change);
		else
			i++, k++;
	}
}

/* Of equal lines in a row the last ones count as added or removed: so a statement is put in behind
 * the one before it, and not between that and its last line. */
static void slide(
	const struct line *line, uint32_t limit, uint32_t *at, uint32_t count, uint32_t *other)
{
	while (*at + count < limit && same_line(&line[*at], &line[*at + count])) {
		++*at;
		++*other;
	}
}

static void slide_all(
	const struct diff_text *old, const struct diff_text *new, const struct diff *diff)
{
	for (uint32_t i = diff->count; i-- > 0;) {
		struct diff_change *change = &diff->change[i], *next = change + 1;
		bool last = i + 1 == diff->count;

		/* One common line at least stays before the next change. */
		if (!change->removed)
			slide(new->line, last ? new->count : next->to - 1, &change->to,
				change->added, &change->from);
		else if (!change->added)
			slide(old->line, last ? old->count : next->from - 1, &change->from,
				change->removed, &change->to);
	}
}

static uint32_t common_begin(const struct diff_text *old, const struct diff_text *new)
{
	uint32_t least = old->count < new->count ? old->count : new->count, count = 0;

	while (count < least && same_line(&old->line[count], &new->line[count]))
		count++;
	return count;
}

static uint32_t common_end(const struct diff_text *old, const struct diff_text *new, uint32_t begin)
{
	uint32_t least = (old->count < new->count ? old->count : new->count) - begin, count = 0;

	while (count < least &&
		same_line(&old->line[old->count - 1 - count], &new->line[new->count - 1 - count]))
		count++;
	return count;
}

void diff_find(struct arena *arena, const struct diff_text *old, const struct diff_text *new,
	struct diff *diff)
{
	uint32_t begin = common_begin(old, new), end = common_end(old, new, begin);
	uint32_t old_count = old->count - begin - end, new_count = new->count - begin - end;
	struct search search = {.steps = STEP_LIMIT};
	struct arena scratch = {0};
	struct numbers numbers;
	uint8_t *old_has;

	*diff = (struct diff){0};
	numbers_init(&numbers, &scratch, old_count + new_count);
	side_init(&search.old, &scratch, &numbers, old->line + begin, old_count);
	side_init(&search.new, &scratch, &numbers, new->line + begin, new_count);
	old_has = marks_of(&scratch, &search.old, numbers.count);
	side_narrow(&search.old, marks_of(&scratch, &search.new, numbers.count));
	side_narrow(&search.new, old_has);
	search.forward = ARENA_ARRAY(&scratch, 2 * DEPTH_LIMIT + 3, int32_t);
	search.backward = ARENA_ARRAY(&scratch, 2 * DEPTH_LIMIT + 3, int32_t);
	search_box(&search, (struct box){0, search.old.searched, 0, search.new.searched});
	collect(arena, &search, begin, diff);
	slide_all(old, new, diff);
	arena_release(&scratch);
}
