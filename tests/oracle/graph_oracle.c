/* graph_oracle: the graph's decisions over a pipe, for graph_oracle.py to compare with Alembic's.
 *
 * A request a line, an answer a line, in order. Words are separated by blanks; a list is
 * comma-separated, "-" is an empty one. Knows nothing of what is right.
 *
 *   graph N                      then N lines "ID CREATED PARENTS DEPENDENCIES LABELS"
 *   rows LIST                    where the database stands: "ok ROWS IMPLIED UNKNOWN"
 *   upgrade|downgrade|cascade T  "ok FROM TO STEP..."; a step is ID:ROWS REMOVED:ROWS ADDED
 *   stamp|purge LIST             "ok FROM TO"
 *   range A B, show T            "ok LIST"
 *   labels                       "ok ID:LIST ..."
 *
 * An answer may also be "error SLUG MESSAGE". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "core/plan.h"

enum { WORDS = 8 };

struct oracle {
	struct arena arena; /* of the graph at hand */
	struct revision *revision;
	struct graph graph;
	struct position position;
	struct migrate_error error;
	struct str answer;
};

static struct names list_of(struct arena *arena, const char *text)
{
	const char **item = ARENA_ARRAY(arena, strlen(text) / 2 + 1, const char *);
	struct names names = {item, 0};
	char *save = NULL;

	if (!strcmp(text, "-"))
		return names;
	for (char *at = strtok_r(arena_strdup(arena, text), ",", &save); at;
		at = strtok_r(NULL, ",", &save))
		item[names.count++] = at;
	return names;
}

static void answer_nodes(struct oracle *oracle, struct nodes nodes)
{
	if (!nodes.count)
		str_add_char(&oracle->answer, '-');
	for (uint32_t i = 0; i < nodes.count; i++)
		str_printf(
			&oracle->answer, "%s%s", i ? "," : "", oracle->revision[nodes.item[i]].id);
}

static void answer_names(struct oracle *oracle, const struct names *names)
{
	if (!names->count)
		str_add_char(&oracle->answer, '-');
	for (uint32_t i = 0; i < names->count; i++)
		str_printf(&oracle->answer, "%s%s", i ? "," : "", names->item[i]);
}

static void answer_plan(struct oracle *oracle, const struct plan *plan)
{
	str_add(&oracle->answer, "ok ");
	answer_nodes(oracle, plan->from);
	str_add_char(&oracle->answer, ' ');
	answer_nodes(oracle, plan->to);
	for (uint32_t i = 0; i < plan->count; i++) {
		str_printf(&oracle->answer, " %s:", oracle->revision[plan->step[i].node].id);
		answer_nodes(oracle, plan->step[i].remove);
		str_add_char(&oracle->answer, ':');
		answer_nodes(oracle, plan->step[i].add);
	}
}

static bool read_revision(struct oracle *oracle, uint32_t index)
{
	struct revision *revision = &oracle->revision[index];
	char id[64], parents[4096], dependencies[4096], labels[4096];
	long long created;

	if (scanf("%63s %lld %4095s %4095s %4095s", id, &created, parents, dependencies, labels) !=
		5)
		return false;
	revision->id = arena_strdup(&oracle->arena, id);
	revision->file = revision->id;
	revision->created_at = created;
	revision->parents = list_of(&oracle->arena, parents);
	revision->dependencies = list_of(&oracle->arena, dependencies);
	revision->labels = list_of(&oracle->arena, labels);
	return true;
}

static bool open_graph(struct oracle *oracle, uint32_t count)
{
	arena_release(&oracle->arena);
	oracle->revision = ARENA_ARRAY(&oracle->arena, count, struct revision);
	for (uint32_t i = 0; i < count; i++)
		if (!read_revision(oracle, i))
			exit(2);
	if (count)
		getchar(); /* the last line's end, that scanf leaves */
	if (!graph_build(&oracle->arena, oracle->revision, count, &oracle->graph, &oracle->error))
		return false;
	str_add(&oracle->answer, "ok");
	return true;
}

static bool set_rows(struct oracle *oracle, const char *text)
{
	struct names names = list_of(&oracle->arena, text);

	position_find(&oracle->arena, &oracle->graph, &names, &oracle->position);
	str_add(&oracle->answer, "ok ");
	answer_nodes(oracle, oracle->position.rows);
	str_add_char(&oracle->answer, ' ');
	answer_nodes(oracle, oracle->position.implied);
	str_add_char(&oracle->answer, ' ');
	answer_names(oracle, &oracle->position.unknown);
	return true;
}

static bool plan_it(struct oracle *oracle, const char *command, const char *text)
{
	struct names names = list_of(&oracle->arena, text);
	struct plan plan;
	bool ok;

	if (!strcmp(command, "upgrade"))
		ok = plan_upgrade(&oracle->arena, &oracle->graph, &oracle->position, text, &plan,
			&oracle->error);
	else if (!strcmp(command, "stamp") || !strcmp(command, "purge"))
		ok = plan_stamp(&oracle->arena, &oracle->graph, &oracle->position, names.item,
			names.count, command[0] == 'p', &plan, &oracle->error);
	else
		ok = plan_downgrade(&oracle->arena, &oracle->graph, &oracle->position, text,
			command[0] == 'c', &plan, &oracle->error);
	if (ok)
		answer_plan(oracle, &plan);
	return ok;
}

static bool show_range(struct oracle *oracle, const char *from, const char *to)
{
	struct resolver resolver = {&oracle->arena, &oracle->graph, &oracle->position};
	struct nodes nodes;

	if (!plan_range(&resolver, strcmp(from, "-") ? from : "", strcmp(to, "-") ? to : "", &nodes,
		    &oracle->error))
		return false;
	str_add(&oracle->answer, "ok ");
	answer_nodes(oracle, nodes);
	return true;
}

static bool show_target(struct oracle *oracle, const char *text)
{
	struct resolver resolver = {&oracle->arena, &oracle->graph, &oracle->position};
	struct target target;

	if (!target_resolve(&resolver, text, &target, &oracle->error))
		return false;
	str_add(&oracle->answer, "ok ");
	answer_nodes(oracle, target.nodes);
	return true;
}

static bool show_labels(struct oracle *oracle)
{
	struct names *labels = graph_labels(&oracle->arena, &oracle->graph);

	str_add(&oracle->answer, "ok");
	for (uint32_t i = 0; i < oracle->graph.count; i++) {
		str_printf(&oracle->answer, " %s:", oracle->revision[i].id);
		answer_names(oracle, &labels[i]);
	}
	return true;
}

static bool obey(struct oracle *oracle, char *const *word)
{
	if (!strcmp(word[0], "graph"))
		return open_graph(oracle, (uint32_t)atoi(word[1]));
	if (!strcmp(word[0], "rows"))
		return set_rows(oracle, word[1]);
	if (!strcmp(word[0], "range"))
		return show_range(oracle, word[1], word[2]);
	if (!strcmp(word[0], "show"))
		return show_target(oracle, word[1]);
	if (!strcmp(word[0], "labels"))
		return show_labels(oracle);
	return plan_it(oracle, word[0], word[1]);
}

int main(void)
{
	struct oracle oracle = {0};
	char *line = NULL, empty[] = "";
	size_t capacity = 0;

	while (getline(&line, &capacity, stdin) > 0) {
		char *word[WORDS] = {empty, empty, empty, empty}, *save = NULL;
		int count = 0;

		for (char *at = strtok_r(line, " \n", &save); at && count < WORDS;
			at = strtok_r(NULL, " \n", &save))
			word[count++] = at;
		if (!strcmp(word[0], "flush")) {
			fflush(stdout);
			continue;
		}
		str_clear(&oracle.answer);
		if (obey(&oracle, word))
			puts(str_text(&oracle.answer));
		else
			printf("error %s %s\n", migrate_error_slug(oracle.error.code),
				oracle.error.message);
		migrate_error_clear(&oracle.error);
	}
	free(line);
	str_release(&oracle.answer);
	arena_release(&oracle.arena);
	return 0;
}
