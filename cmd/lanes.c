/* lanes: the layout of `history --graph`. Knows columns, and nothing of revisions or colours.
 *
 * Surprising: what waits for the same node never runs in two lanes. A node whose first parent has a
 * lane on its right pulls that lane over; whatever else it stands on and has a lane is led there.
 */
#include "lanes.h"

#include <string.h>

enum { NO_LANE = -1 };

static void reserve(struct lanes *lanes, size_t more)
{
	size_t capacity = lanes->capacity ? lanes->capacity : 16;
	struct lane *lane;

	if (lanes->count + more <= lanes->capacity)
		return;
	while (capacity < lanes->count + more)
		capacity *= 2;
	lane = ARENA_ARRAY(lanes->arena, capacity, struct lane);
	if (lanes->count)
		memcpy(lane, lanes->lane, lanes->count * sizeof *lane);
	lanes->lane = lane;
	lanes->next = ARENA_ARRAY(lanes->arena, capacity, struct lane);
	lanes->capacity = capacity;
}

static void add_move(struct lanes *lanes, size_t from, size_t to, bool dotted)
{
	if (lanes->moves == lanes->move_capacity) {
		size_t capacity = lanes->move_capacity ? lanes->move_capacity * 2 : 32;
		struct lanes_move *move = ARENA_ARRAY(lanes->arena, capacity, struct lanes_move);

		if (lanes->moves)
			memcpy(move, lanes->move, lanes->moves * sizeof *move);
		lanes->move = move;
		lanes->move_capacity = capacity;
	}
	lanes->move[lanes->moves++] = (struct lanes_move){from, to, dotted};
}

static long lane_of(const struct lane *lane, size_t count, uint32_t node)
{
	for (size_t i = 0; i < count; i++)
		if (lane[i].node == node)
			return (long)i;
	return NO_LANE;
}

/* All lanes in a line, one column (NO_LANE: none) left blank; returns that column's offset. */
static size_t add_lanes(const struct lanes *lanes, long blank, struct str *text)
{
	size_t start = text->size;

	for (size_t i = 0; i < lanes->count; i++) {
		str_add(text, i ? " " : "");
		str_add_char(text, (long)i == blank ? ' ' : lanes->lane[i].dotted ? ':' : '|');
	}
	return start + 2 * (size_t)(blank < 0 ? 0 : blank);
}

size_t lanes_place(struct lanes *lanes, uint32_t node, struct str *text)
{
	long column = lane_of(lanes->lane, lanes->count, node);

	if (column == NO_LANE) {
		column = (long)lanes->count;
		if (lanes->ended && lanes->column == lanes->count) {
			add_lanes(lanes, NO_LANE, text);
			str_add_char(text, '\n');
		}
		reserve(lanes, 1);
		lanes->lane[lanes->count++] = (struct lane){node, true};
	}
	lanes->column = (size_t)column;
	return add_lanes(lanes, column, text);
}

void lanes_beside(const struct lanes *lanes, const struct lanes_below *below, struct str *text)
{
	size_t at = add_lanes(lanes, (long)lanes->column, text);

	if (below->count)
		text->text[at] = below->parents ? '|' : ':';
	while (text->size && text->text[text->size - 1] == ' ')
		text->text[--text->size] = '\0';
}

/* What a cell of a line between two nodes holds, as bits until all moves are in it. */
enum { CELL_LEFT = 1, CELL_RIGHT = 2, CELL_UPRIGHT = 4, CELL_SOLID = 8 };

static char cell_mark(char cell)
{
	bool solid = cell & CELL_SOLID;

	if (cell & CELL_UPRIGHT)
		return solid ? '|' : ':';
	if (cell & CELL_LEFT && cell & CELL_RIGHT)
		return 'X';
	if (!cell || !solid)
		return cell ? '.' : ' ';
	return cell & CELL_LEFT ? '/' : '\\';
}

static size_t steps_of(const struct lanes_move *move)
{
	return move->from < move->to ? move->to - move->from : move->from - move->to;
}

/* A move in a line: one column nearer with each, then upright. */
static void put_move(char *cells, const struct lanes_move *move, size_t line)
{
	char solid = move->dotted ? 0 : CELL_SOLID;

	if (line >= steps_of(move))
		cells[2 * move->to] |= CELL_UPRIGHT | solid;
	else if (move->from < move->to)
		cells[2 * (move->from + line) + 1] |= CELL_RIGHT | solid;
	else
		cells[2 * (move->from - line) - 1] |= CELL_LEFT | solid;
}

static void add_line(const struct lanes *lanes, size_t line, size_t width, struct str *text)
{
	char *cells = str_reserve(text, 2 * width + 1);
	size_t size = 2 * width;

	memset(cells, 0, size);
	for (size_t i = 0; i < lanes->moves; i++)
		put_move(cells, &lanes->move[i], line);
	while (size && !cells[size - 1])
		size--;
	for (size_t i = 0; i < size; i++)
		cells[i] = cell_mark(cells[i]);
	cells[size] = '\0';
	text->size += size;
	str_add_char(text, '\n');
}

static void add_moves(const struct lanes *lanes, size_t width, struct str *text)
{
	size_t lines = 0;

	for (size_t i = 0; i < lanes->moves; i++)
		if (steps_of(&lanes->move[i]) > lines)
			lines = steps_of(&lanes->move[i]);
	for (size_t line = 0; line < lines; line++)
		add_line(lanes, line, width, text);
}

/* Leads the placed node to below->item[index], in the lane at column `to` of the next ones. */
static void lead(struct lanes *lanes, const struct lanes_below *below, size_t index, size_t to)
{
	bool dotted = index >= below->parents;

	lanes->next[to].dotted = lanes->next[to].dotted && dotted;
	add_move(lanes, lanes->column, to, dotted);
}

/* The lanes that the placed node opens in its own place; returns how many lanes there are then. */
static size_t open_lanes(struct lanes *lanes, const struct lanes_below *below, size_t count)
{
	for (size_t i = 0; i < below->count; i++) {
		uint32_t node = below->item[i];
		long there = lane_of(lanes->next, count, node);

		/* The first pulls its lane over; others are led to theirs when all have a place. */
		if (there == NO_LANE && i && lane_of(lanes->lane, lanes->count, node) != NO_LANE)
			continue;
		if (there == NO_LANE) {
			there = (long)count;
			lanes->next[count++] = (struct lane){node, true};
		}
		lead(lanes, below, i, (size_t)there);
	}
	return count;
}

/* Those that were there before: they stay, move up, make room, or are pulled over. */
static size_t keep_lane(struct lanes *lanes, size_t column, uint32_t first, size_t count)
{
	const struct lane *lane = &lanes->lane[column];
	long there = NO_LANE;

	if (lane->node == first && column > lanes->column)
		there = lane_of(lanes->next, count, first);
	if (there == NO_LANE) {
		there = (long)count;
		lanes->next[count++] = *lane;
	} else {
		lanes->next[there].dotted = lanes->next[there].dotted && lane->dotted;
	}
	add_move(lanes, column, (size_t)there, lane->dotted);
	return count;
}

/* What was left for later: lanes on the right that the node did not pull over. */
static void lead_right(struct lanes *lanes, const struct lanes_below *below, size_t count)
{
	for (size_t i = 1; i < below->count; i++) {
		long before = lane_of(lanes->lane, lanes->count, below->item[i]);

		if (before > (long)lanes->column && below->item[i] != below->item[0])
			lead(lanes, below, i, (size_t)lane_of(lanes->next, count, below->item[i]));
	}
}

void lanes_advance(struct lanes *lanes, const struct lanes_below *below, struct str *text)
{
	uint32_t first = below->count ? below->item[0] : UINT32_MAX;
	struct lane *swap;
	size_t count = 0, size = text->size;

	reserve(lanes, below->count);
	lanes->moves = 0;
	for (size_t i = 0; i < lanes->count; i++)
		count = i == lanes->column ? open_lanes(lanes, below, count)
					   : keep_lane(lanes, i, first, count);
	lead_right(lanes, below, count);
	add_moves(lanes, count > lanes->count ? count : lanes->count, text);
	swap = lanes->lane;
	lanes->lane = lanes->next;
	lanes->next = swap;
	lanes->count = count;
	lanes->ended = !below->count && text->size == size;
}
