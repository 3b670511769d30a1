/* graph_scale: do parsing, building and planning grow with the number of revisions, and no faster?
 *
 * Builds graphs of several shapes with 10,000 and 100,000 revisions and prints milliseconds of
 * processor time for each stage, the best of some runs. Times are printed, not judged; growth is:
 * ten times the revisions take ten times the work, and up to twice that in time, because the small
 * graph fits into the processor's cache and the large one does not. A step that is quadratic takes
 * a hundred times. Exits 1 where a shape grows by more than GROWTH_LIMIT, or a stage that is long
 * enough to measure by more than STAGE_LIMIT.
 *
 *   graph_scale [SMALL [LARGE]] */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/str.h"
#include "core/plan.h"

#define GROWTH_LIMIT 25.0
#define STAGE_LIMIT  60.0
#define MEASURABLE   0.3 /* milliseconds */
enum { RUNS = 3, BLOCK = 100 };

enum stage { PARSE, BUILD, LABELS, UPGRADE, DOWNGRADE, STEP, STAMP, RANGE, STAGES };

static const char *const stage_names[STAGES] = {
	"parse", "build", "labels", "up all", "down all", "up one", "stamp", "range"};

struct sample {
	double milliseconds[STAGES], total;
	uint32_t steps;
};

/* Appends to the header of revision number n of count: its parents, dependencies and labels. */
typedef void describe_fn(struct str *text, uint32_t n, uint32_t count);

static void linear(struct str *text, uint32_t n, uint32_t count)
{
	(void)count;
	if (n)
		str_printf(text, "-- down_revision: r%07u\n", n - 1);
}

/* Blocks: a fork into nine branches of eleven revisions, and their merge. */
static void branches(struct str *text, uint32_t n, uint32_t count)
{
	uint32_t start = n / BLOCK * BLOCK, place = n % BLOCK;

	(void)count;
	if (!place && !n)
		return;
	str_add(text, "-- down_revision: ");
	if (place) {
		str_printf(text, "r%07u\n", place % 11 == 1 ? start : n - 1);
		return;
	}
	for (uint32_t k = 0; k < 9; k++)
		str_printf(text, "%sr%07u", k ? ", " : "", start - BLOCK + k * 11 + 11);
	str_add(text, "\n");
}

/* Half of all stand on one, and one merges them; the rest stand on the merge. */
static void star(struct str *text, uint32_t n, uint32_t count)
{
	uint32_t half = count / 2;

	if (!n)
		return;
	str_printf(text, "-- down_revision: r%07u", n < half ? 0 : n == half ? 1 : half);
	for (uint32_t k = 2; n == half && k < half; k++)
		str_printf(text, ", r%07u", k);
	str_add(text, "\n");
}

/* Two histories: each revision depends on its neighbour in the other, some on ten more. */
static void dependencies(struct str *text, uint32_t n, uint32_t count)
{
	(void)count;
	if (n > 1)
		str_printf(text, "-- down_revision: r%07u\n", n - 2);
	if (!n)
		return;
	str_printf(text, "-- depends_on: r%07u", n - 1);
	for (uint32_t k = 1; n % 10 == 0 && k <= 10; k++)
		str_printf(text, ", r%07u", n * k / 11);
	str_add(text, "\n");
}

/* Branches of a hundred revisions from one base, each with two labels, that others depend on. */
static void labels(struct str *text, uint32_t n, uint32_t count)
{
	(void)count;
	if (!n)
		return;
	str_printf(text, "-- down_revision: r%07u\n", n % BLOCK == 1 ? 0 : n - 1);
	if (n % BLOCK == 1)
		str_printf(text, "-- branch_labels: left%u, right%u\n", n / BLOCK, n / BLOCK);
	if (n % BLOCK == 50 && n > BLOCK)
		str_printf(text, "-- depends_on: left%u\n", n / BLOCK - 1);
}

/* Nothing but bases, so that every revision is a row. */
static void islands(struct str *text, uint32_t n, uint32_t count)
{
	(void)text;
	(void)n;
	(void)count;
}

struct shape {
	const char *name;
	describe_fn *describe;
	bool shuffled; /* files do not come in the order that they were made in */
};

static const struct shape shapes[] = {{"linear", linear, false}, {"branches", branches, false},
	{"star", star, false}, {"dependencies", dependencies, false}, {"labels", labels, false},
	{"islands", islands, false}, {"shuffled", branches, true}};

struct script {
	char *text;
	size_t size;
};

struct bench {
	struct script *script;
	uint32_t count;
	struct arena arena;
	struct revision *revision;
	struct graph graph;
	struct position none, all;
	struct migrate_error error;
};

static void write_scripts(struct bench *bench, uint32_t count, const struct shape *shape)
{
	bench->count = count;
	bench->script = calloc(count, sizeof *bench->script);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t n = shape->shuffled ? (uint32_t)(i * 7919ULL % count) : i;
		struct str text = {0};

		str_printf(&text, "-- Revision %u\n--\n-- revision: r%07u\n", n, n);
		shape->describe(&text, n, count);
		str_printf(&text,
			"-- created: 20%02u-%02u-%02u 10:%02u:00+00:00\n\n"
			"-- migrate:upgrade\nCREATE TABLE t%u (id INTEGER PRIMARY KEY, name "
			"TEXT);\n"
			"CREATE INDEX t%u_name ON t%u (name);\n\n-- migrate:downgrade\n"
			"DROP TABLE t%u;\n",
			(uint32_t)(n * 60ULL / count) + 10, n % 12 + 1, n % 28 + 1, n % 60, n, n, n,
			n);
		bench->script[i] = (struct script){text.text, text.size};
	}
}

static void drop_scripts(struct bench *bench)
{
	for (uint32_t i = 0; i < bench->count; i++)
		free(bench->script[i].text);
	free(bench->script);
}

static _Noreturn void give_up(const struct bench *bench)
{
	fprintf(stderr, "graph_scale: %.500s\n", bench->error.message);
	exit(2);
}

static void parse(struct bench *bench)
{
	bench->revision = ARENA_ARRAY(&bench->arena, bench->count, struct revision);
	for (uint32_t i = 0; i < bench->count; i++)
		if (!revision_parse(&bench->arena, "script.sql", bench->script[i].text,
			    bench->script[i].size, &bench->revision[i], &bench->error))
			give_up(bench);
}

static uint32_t plan_all(struct bench *bench, bool down)
{
	struct plan plan;
	bool ok = down ? plan_downgrade(&bench->arena, &bench->graph, &bench->all, "base", false,
				 &plan, &bench->error)
		       : plan_upgrade(&bench->arena, &bench->graph, &bench->none, "heads", &plan,
				 &bench->error);

	if (!ok)
		give_up(bench);
	return plan.count;
}

static void upgrade_one(struct bench *bench)
{
	struct plan plan;

	if (!plan_upgrade(
		    &bench->arena, &bench->graph, &bench->none, "r0000000", &plan, &bench->error))
		give_up(bench);
}

static void stamp(struct bench *bench)
{
	static const char *const targets[] = {"heads"};
	struct plan plan;

	if (!plan_stamp(&bench->arena, &bench->graph, &bench->none, targets, 1, false, &plan,
		    &bench->error))
		give_up(bench);
}

static void range(struct bench *bench)
{
	struct resolver resolver = {&bench->arena, &bench->graph, &bench->all};
	struct nodes nodes;

	if (!plan_range(&resolver, "r0000000", "", &nodes, &bench->error))
		give_up(bench);
}

static uint32_t run_stage(struct bench *bench, enum stage stage)
{
	switch (stage) {
	case PARSE: parse(bench); break;
	case BUILD:
		if (!graph_build(&bench->arena, bench->revision, bench->count, &bench->graph,
			    &bench->error))
			give_up(bench);
		break;
	case LABELS: graph_labels(&bench->arena, &bench->graph); break;
	case UPGRADE: return plan_all(bench, false);
	case DOWNGRADE: return plan_all(bench, true);
	case STEP: upgrade_one(bench); break;
	case STAMP: stamp(bench); break;
	case RANGE: range(bench); break;
	case STAGES: break;
	}
	return 0;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* What a stage stands on that is no part of its time. */
static void prepare(struct bench *bench, enum stage stage)
{
	struct names rows = {0};

	if (stage == UPGRADE)
		position_find(&bench->arena, &bench->graph, &rows, &bench->none);
	if (stage == DOWNGRADE)
		position_of(&bench->arena, &bench->graph,
			graph_heads(&bench->arena, &bench->graph, true), &bench->all);
}

static void run_once(struct bench *bench, struct sample *best)
{
	for (int stage = 0; stage < STAGES; stage++) {
		double start, spent;
		uint32_t steps;

		prepare(bench, (enum stage)stage);
		start = now();
		steps = run_stage(bench, (enum stage)stage);
		spent = now() - start;
		best->steps = steps ? steps : best->steps;
		if (!best->milliseconds[stage] || spent < best->milliseconds[stage])
			best->milliseconds[stage] = spent;
	}
	arena_release(&bench->arena);
	malloc_trim(0); /* the next run pays for its pages again, as a command does */
}

static struct sample measure(uint32_t count, const struct shape *shape)
{
	struct sample best = {0};
	struct bench bench = {0};

	write_scripts(&bench, count, shape);
	for (int i = 0; i < RUNS; i++)
		run_once(&bench, &best);
	drop_scripts(&bench);
	for (int stage = 0; stage < STAGES; stage++)
		best.total += best.milliseconds[stage];
	if (best.steps != count) {
		fprintf(stderr, "graph_scale: %u of %u revisions planned\n", best.steps, count);
		exit(2);
	}
	return best;
}

static void print_sample(const char *name, uint32_t count, const struct sample *sample)
{
	printf("%-13s %7u", name, count);
	for (int stage = 0; stage < STAGES; stage++)
		printf(" %9.1f", sample->milliseconds[stage]);
	printf(" %9.1f ms\n", sample->total);
}

/* Prints how much the sample grew, where all is well by ten for ten; false where it is not. */
static bool print_growth(const struct sample *small, const struct sample *large, double scale)
{
	bool ok = large->total / small->total <= GROWTH_LIMIT * scale;

	printf("%21s", "growth");
	for (int stage = 0; stage < STAGES; stage++) {
		double growth = large->milliseconds[stage] / small->milliseconds[stage];

		printf(" %8.1fx", growth);
		if (small->milliseconds[stage] >= MEASURABLE && growth > STAGE_LIMIT * scale)
			ok = false;
	}
	printf(" %8.1fx\n", large->total / small->total);
	return ok;
}

int main(int argc, char **argv)
{
	uint32_t small = argc > 1 ? (uint32_t)atoi(argv[1]) : 10000;
	uint32_t large = argc > 2 ? (uint32_t)atoi(argv[2]) : small * 10;
	bool grows = true;

	printf("%-13s %7s", "shape", "count");
	for (int stage = 0; stage < STAGES; stage++)
		printf(" %9s", stage_names[stage]);
	printf(" %9s\n", "total");
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		struct sample few = measure(small, &shapes[i]);
		struct sample many = measure(large, &shapes[i]);

		print_sample(shapes[i].name, small, &few);
		print_sample(shapes[i].name, large, &many);
		if (!print_growth(&few, &many, large / (small * 10.0))) {
			printf("%s grows faster than its revisions\n", shapes[i].name);
			grows = false;
		}
	}
	return grows ? 0 : 1;
}
