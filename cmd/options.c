/* options: the table itself. Words only; what they do is in cmd_*.c, how they are read in
 * options_parse.c, how they are shown in options_help.c.
 *
 * Surprising: an option may stand before its command, so one name means one thing, with or without
 * an argument, in all commands that have it. */
#include "options.h"

#include <string.h>

#define TARGET_HELP                                                                                \
	"A revision is named by its id or a unique prefix of it, by a branch label, or as head,\n" \
	"heads, base, current; BRANCH@head narrows to a branch, ID-2 and ID+1 walk from there.\n"
#define MANY SIZE_MAX

static const struct command commands[COMMAND_COUNT] = {
	[COMMAND_INIT] = {"init", "[DIR]", 0, 1, "Start a project",
		"write migrator.yaml, the directory DIR and a template",
		"DIR (default migrations) takes the revisions. Nothing is ever overwritten.\n"},
	[COMMAND_REVISION] = {"revision", "", 0, 0, "Write revisions",
		"write a new revision file and print its path",
		"The new revision stands on the head; with several heads say which with --head.\n"
		"The hooks of migrator.yaml run on the new file.\n"},
	[COMMAND_MERGE] = {"merge", "[REV...]", 0, MANY, "Write revisions",
		"write a revision that joins heads (default: all)",
		"Their branches are run on scratch databases, and the merge is refused where "
		"another\n"
		"order of them makes another schema.\n" TARGET_HELP},
	[COMMAND_REBASE] = {"rebase", "[REV]", 0, 1, "Write revisions",
		"put unmerged revisions on the head by rewriting a header",
		"What stands on REV moves with it. Without REV it is what the database has not "
		"run\n"
		"and no other head stands on. Refused where any of it is applied.\n" TARGET_HELP},
	[COMMAND_SQUASH] = {"squash", "[A:B]", 0, 1, "Write revisions",
		"write one revision in place of many, and delete their files",
		"Default are all, up to the head. It is proved on scratch databases first: the "
		"one\n"
		"revision has to make the schema that they made. Databases that have run them all\n"
		"adopt it with their next run.\n"},
	[COMMAND_EDIT] = {"edit", "REV", 1, 1, "Write revisions",
		"open a revision in $VISUAL or $EDITOR", TARGET_HELP},
	[COMMAND_UPGRADE] = {"upgrade", "[TARGET]", 0, 1, "Change the database",
		"run upgrades up to TARGET (default head)",
		"TARGET may also be +N: the next N revisions.\n" TARGET_HELP
		"With --sql and a range A:B no database is asked.\n"},
	[COMMAND_DOWNGRADE] = {"downgrade", "[TARGET]", 0, 1, "Change the database",
		"run downgrades down to TARGET (default -1)",
		"TARGET may also be -N: the last N revisions; base reverts "
		"everything.\n" TARGET_HELP "With --sql and a range A:B no database is asked.\n"},
	[COMMAND_RESUME] = {"resume", "REV", 1, 1, "Change the database",
		"decide on the statement where REV stopped, and go on",
		"Only where migrate cannot tell what became of the statement; everything else\n"
		"resumes by running the same command again.\n"},
	[COMMAND_STAMP] = {"stamp", "REV...", 1, MANY, "Change the database",
		"set the database's revision without running scripts", TARGET_HELP},
	[COMMAND_REPAIR] = {"repair", "[REV...]", 0, MANY, "Change the database",
		"accept scripts, or a schema, that were changed since a run",
		"Runs nothing: the log gets a record that the script, or with --schema the\n"
		"database's schema, counts as it is now.\n" TARGET_HELP},
	[COMMAND_ENSURE_VERSION] = {"ensure-version", "", 0, 0, "Change the database",
		"create the version table and the log if missing", NULL},
	[COMMAND_STATUS] = {"status", "", 0, 0, "Look",
		"show where the database stands and what is pending", NULL},
	[COMMAND_LOCKS] = {"locks", "", 0, 0, "Look",
		"show which run holds the lock, and who waits",
		"Also whose locks are in the way of a run. There is no lock to remove by hand: it "
		"goes\n"
		"with the session or process that holds it.\n"},
	[COMMAND_CURRENT] = {"current", "", 0, 0, "Look", "show the database's current revisions",
		NULL},
	[COMMAND_HISTORY] = {"history", "", 0, 0, "Look", "list revisions, newest first",
		"The database is asked only with --indicate-current or where the range needs "
		"it.\n"},
	[COMMAND_GRAPH] = {"graph", "", 0, 0, "Look",
		"draw the revisions: in the terminal, or as a picture or page",
		"--format dot, mermaid, svg or html writes a picture to standard output; html is\n"
		"one page with everything in it. The database is asked only with -i.\n"},
	[COMMAND_HEADS] = {"heads", "", 0, 0, "Look", "list the newest revision of every branch",
		NULL},
	[COMMAND_BRANCHES] = {"branches", "", 0, 0, "Look",
		"list the revisions that branches start from", NULL},
	[COMMAND_SHOW] = {"show", "REV", 1, 1, "Look", "show a revision in full", TARGET_HELP},
	[COMMAND_CHECK] = {"check", "", 0, 0, "Look", "check scripts and database, for CI",
		"Without an option all checks run but --since, which asks git, and --merge, which\n"
		"is then about several heads alone. --heads, --scripts and --since need no "
		"database.\n"
		"The exit status is 3 if something was found.\n"},
	[COMMAND_DOCTOR] = {"doctor", "", 0, 0, "Look",
		"look at everything that a run needs, and say what to do",
		"From the client library to the database's state, and on behind what fails. "
		"Changes\n"
		"nothing. Exit status 3 where there are problems.\n"},
	[COMMAND_DUMP] = {"dump", "", 0, 0, "Look", "write the database's schema as SQL",
		"The same schema gives the same text, which makes it anew in an empty database "
		"and\n"
		"sets the revision. With --check the exit status is 3 if FILE is another.\n"},
	[COMMAND_DIFF] = {"diff", "[FROM] [TO]", 0, 2, "Look", "compare two schemas",
		"Each is a SQL file, a folder of them, \"schema\" (the configuration's),\n"
		"\"migrations\" (what all scripts make, the default of FROM), \"database\" (the\n"
		"configured one, the default of TO), or another database: its URL, or the name of\n"
		"its environment. What is no database is made in a scratch one. The exit\n"
		"status is 3 if they differ.\n"},
	[COMMAND_VERIFY] = {"verify", "[A:B]", 0, 1, "Look",
		"try whether each downgrade undoes its upgrade",
		"On a scratch database each revision, or those of the range, goes up, down and up\n"
		"again, and the schema has to be the same. The configured database is left alone.\n"
		"The exit status is 3 if something was found.\n"},
	[COMMAND_DB] = {"db", "create|drop|wait|reset", 1, 1, "Databases",
		"create, drop or wait for the database, or make it anew",
		"create makes it, empty, and says nothing where it is there. drop removes it and "
		"all that\n"
		"is in it, and reset makes it anew and runs all upgrades. wait returns when it can "
		"be\n"
		"connected to.\n"},
	[COMMAND_TESTDB] = {"testdb", "create|drop|exec|prune [ARGUMENT...]", 1, MANY, "Databases",
		"make, use and drop test databases that are at head",
		"create prints the URL of a new database. exec -- CMD runs CMD with DATABASE_URL "
		"and\n"
		"TEST_DATABASE_URL, and drops the database after it. drop [NAME] drops one, "
		"default is\n"
		"the one of -d. prune drops what crashed runs have left.\n"},
	[COMMAND_COMPLETION] = {"completion", "bash|zsh|fish", 1, 1, "Set up a shell",
		"print the script that completes commands for a shell",
		"It completes commands, options, revisions, branches and environments:\n"
		"  source <(migrate completion bash)     in ~/.bashrc, or zsh in ~/.zshrc\n"
		"  migrate completion fish | source      in ~/.config/fish/config.fish\n"},
	[COMMAND_HELP] = {"help", "[COMMAND]", 0, 1, NULL, "show how to use migrate or a command",
		NULL},
};

#define ON(id)     (UINT32_C(1) << COMMAND_##id)
#define EVERYWHERE UINT32_MAX

#define FLAG(member)   OPTION_FLAG, NULL, .offset = offsetof(struct options, member)
#define VALUE(member)  OPTION_VALUE, .offset = offsetof(struct options, member), .argument
#define LIST(member)   OPTION_LIST, .offset = offsetof(struct options, member), .argument
#define CHOICE(member) OPTION_CHOICE, .offset = offsetof(struct options, member), .argument

static const uint32_t format_words[] = {
	[FORMAT_TEXT] = EVERYWHERE,
	[FORMAT_JSON] = EVERYWHERE,
	[FORMAT_JUNIT] = ON(CHECK) | ON(VERIFY),
	[FORMAT_GITHUB] = ON(CHECK) | ON(VERIFY),
	[FORMAT_GITLAB] = ON(CHECK) | ON(VERIFY),
	[FORMAT_SARIF] = ON(CHECK) | ON(VERIFY),
	[FORMAT_DOT] = ON(GRAPH),
	[FORMAT_MERMAID] = ON(GRAPH),
	[FORMAT_SVG] = ON(GRAPH),
	[FORMAT_HTML] = ON(GRAPH),
};

static const struct option options[] = {
	{"message", 'm', VALUE(message) = "MSG", .commands = ON(REVISION) | ON(MERGE) | ON(SQUASH),
		.required = ON(REVISION) | ON(MERGE),
		.help = "what the revision does, in one line"},
	{"head", 0, LIST(heads) = "HEAD", .commands = ON(REVISION),
		.help = "stand on HEAD; also base, heads, BRANCH@head"},
	{"splice", 0, FLAG(splice), .commands = ON(REVISION) | ON(MERGE),
		.help = "allow to stand on a revision that is no head"},
	{"branch-label", 0, VALUE(branch_label) = "LABEL", .commands = ON(REVISION) | ON(MERGE),
		.help = "name a branch that starts here"},
	{"depends-on", 0, LIST(depends_on) = "REV", .commands = ON(REVISION),
		.help = "require a revision of another branch"},
	{"rev-id", 0, VALUE(revision_id) = "ID", .commands = ON(REVISION) | ON(MERGE) | ON(SQUASH),
		.help = "use ID instead of a random one"},
	{"version-path", 0, VALUE(version_path) = "DIR", .commands = ON(REVISION),
		.help = "write into DIR, one of the versions directories"},
	{"onto", 0, VALUE(onto) = "HEAD", .commands = ON(REBASE),
		.help = "put it on HEAD where there are several"},
	{"no-scratch", 0, FLAG(no_scratch), .commands = ON(MERGE),
		.help = "do not try the orders of the branches"},
	{"autogenerate", 0, FLAG(autogenerate), .commands = ON(REVISION),
		.help = "write what leads to the configuration's schema"},
	{"allow-destructive", 0, FLAG(allow_destructive), .commands = ON(REVISION),
		.help = "write it though data is destroyed"},
	{"concat", 0, FLAG(concat), .commands = ON(SQUASH),
		.help = "join the scripts where a dump would do too"},
	{"edit", 0, FLAG(edit), .commands = ON(REVISION) | ON(MERGE),
		.help = "open the new file in $VISUAL or $EDITOR"},

	{"dry-run", 0, FLAG(dry_run), .commands = ON(UPGRADE) | ON(DOWNGRADE) | ON(REPAIR),
		.help = "print what would be done and change nothing"},
	{"sql", 0, FLAG(sql), .commands = ON(UPGRADE) | ON(DOWNGRADE) | ON(STAMP),
		.help = "print the SQL instead of running it"},
	{"plan-out", 0, VALUE(plan_out) = "FILE", .commands = ON(UPGRADE) | ON(DOWNGRADE),
		.help = "write what would be done to FILE (-: stdout), change nothing"},
	{"plan", 0, VALUE(plan) = "FILE", .commands = ON(UPGRADE) | ON(DOWNGRADE),
		.help = "run exactly what FILE holds, or refuse"},
	{"strict", 0, FLAG(strict), .commands = ON(UPGRADE),
		.help = "refuse where an applied script was edited since"},
	{"cascade", 0, FLAG(cascade), .commands = ON(DOWNGRADE),
		.help = "revert revisions of other branches too"},
	{"from-log", 0, FLAG(from_log), .commands = ON(DOWNGRADE),
		.help = "revert what no file has by its script in migrate_log"},
	{"all", 0, FLAG(all), .commands = ON(REPAIR), .help = "accept all edits"},
	{"retry", 0, FLAG(retry), .commands = ON(RESUME), .help = "run the statement again"},
	{"skip", 0, FLAG(skip), .commands = ON(RESUME), .help = "take the statement as done"},
	{"purge", 0, FLAG(purge), .commands = ON(STAMP), .help = "empty the version table first"},

	{"rev-range", 'r', VALUE(range) = "A:B", .commands = ON(HISTORY) | ON(GRAPH),
		.help = "only from A to B, both included; A: and :B too"},
	{"indicate-current", 'i', FLAG(indicate_current),
		.commands = ON(HISTORY) | ON(GRAPH) | ON(HEADS) | ON(BRANCHES) | ON(SHOW),
		.help = "mark what the database has"},
	{"graph", 0, FLAG(graph), .commands = ON(HISTORY),
		.help = "draw how revisions stand on one another"},
	{"resolve-dependencies", 0, FLAG(resolve_dependencies), .commands = ON(HEADS),
		.help = "leave out heads that others depend on"},
	{"check-heads", 0, FLAG(check_heads), .commands = ON(CURRENT),
		.help = "exit status 3 unless the database is at the heads"},

	{"yes", 0, FLAG(yes), .commands = ON(DB), .actions = "drop, reset",
		.help = "drop without asking"},
	{"force", 0, FLAG(force), .commands = ON(DB), .actions = "drop, reset",
		.help = "drop though others are connected"},
	{"timeout", 0, VALUE(timeout) = "TIME", .commands = ON(DB), .actions = "wait",
		.help = "how long to wait (default 60s), 0 for ever"},
	{"for-head", 0, FLAG(for_head), .commands = ON(DB), .actions = "wait",
		.help = "wait until another run has applied all revisions"},

	{"older-than", 0, VALUE(older_than) = "AGE", .commands = ON(TESTDB), .actions = "prune",
		.help = "prune only what is older (default 1d)"},

	{"heads", 0, FLAG(check_one_head), .commands = ON(CHECK), .help = "there is one head"},
	{"scripts", 0, FLAG(check_scripts), .commands = ON(CHECK),
		.help = "scripts are well-formed and can be reverted"},
	{"database", 0, FLAG(check_database), .commands = ON(CHECK),
		.help = "the database is at the heads"},
	{"schema", 0, FLAG(schema), .commands = ON(CHECK) | ON(REPAIR),
		.help = "the migrations make it; repair: accept it as it is"},
	{"drift", 0, FLAG(check_drift), .commands = ON(CHECK),
		.help = "the schema is as the last run left it"},
	{"merge", 0, FLAG(check_merge), .commands = ON(CHECK),
		.help = "branches make one schema in any order"},
	{"changes", 0, FLAG(check_changes), .commands = ON(CHECK),
		.help = "no script was edited since it was applied"},
	{"since", 0, VALUE(since) = "GITREF", .commands = ON(CHECK),
		.help = "what is new since GITREF fits what that has"},
	{"check", 0, VALUE(check_file) = "FILE", .commands = ON(DUMP),
		.help = "compare with FILE instead of writing"},
	{"data", 0, VALUE(data_file) = "FILE", .commands = ON(VERIFY),
		.help = "run FILE too, and see whether its rows survive"},

	{"config", 'c', VALUE(config) = "FILE", .commands = EVERYWHERE,
		.help = "read FILE (default $MIGRATE_CONFIG, migrator.yaml)"},
	{"database-url", 'd', VALUE(database_url) = "URL", .commands = EVERYWHERE,
		.help = "the database, instead of the file's database_url"},
	{"env", 0, VALUE(environment) = "NAME", .commands = EVERYWHERE,
		.help = "use the file's environment NAME ($MIGRATE_ENV)"},
	{"env-file", 0, VALUE(env_file) = "FILE", .commands = EVERYWHERE,
		.help = "read variables from FILE (default .env)"},
	{"format", 0, CHOICE(format) = "text|json|junit|github|gitlab|sarif|dot|mermaid|svg|html",
		.commands = EVERYWHERE, .words = format_words, .help = "how results are written"},
	{"color", 0, CHOICE(color) = "auto|always|never", .commands = EVERYWHERE,
		.help = "when to use colour"},
	{"no-pager", 0, FLAG(no_pager), .commands = EVERYWHERE,
		.help = "write straight to the terminal"},
	{"quiet", 'q', FLAG(quiet), .commands = EVERYWHERE,
		.help = "only results, warnings and errors"},
	{"verbose", 'v', FLAG(verbose), .commands = EVERYWHERE,
		.help = "say more, show all fields"},
	{"version", 0, FLAG(version), .commands = EVERYWHERE, .help = "print the version"},
	{"help", 'h', FLAG(help), .commands = EVERYWHERE, .help = "print this help"},
	{"dump-options", 0, FLAG(dump_options), .commands = EVERYWHERE},
};

const struct command *command_of(enum command_id id)
{
	return &commands[id];
}

bool command_takes_foreign_words(enum command_id id)
{
	return id == COMMAND_TESTDB;
}

bool command_takes_urls(enum command_id id)
{
	return id == COMMAND_DIFF;
}

bool command_pages(enum command_id id)
{
	const uint32_t listings = ON(STATUS) | ON(HISTORY) | ON(GRAPH) | ON(HEADS) | ON(BRANCHES) |
				  ON(SHOW) | ON(CHECK) | ON(DIFF) | ON(HELP);

	return listings & UINT32_C(1) << id;
}

const struct option *options_table(size_t *count)
{
	*count = sizeof options / sizeof *options;
	return options;
}

bool option_has_word(const struct option *option, size_t index, enum command_id command)
{
	if (!option->words)
		return true;
	if (!command)
		return option->words[index] == EVERYWHERE;
	return option->words[index] & UINT32_C(1) << command;
}

void option_add_words(struct str *out, const struct option *option, enum command_id command)
{
	const char *separator = "", *word = option->argument;

	for (size_t index = 0; *word; index++) {
		size_t size = strcspn(word, "|");

		if (option_has_word(option, index, command)) {
			str_printf(out, "%s%.*s", separator, (int)size, word);
			separator = "|";
		}
		word += size + (word[size] == '|');
	}
}

static bool has_word(const char *words, const char *word)
{
	static const char between[] = " ,|";

	for (size_t length; *words; words += length + strspn(words + length, between)) {
		length = strcspn(words, between);
		if (strlen(word) == length && !strncmp(words, word, length))
			return true;
	}
	return false;
}

bool option_has_action(const struct option *option, const struct options *given)
{
	const char *action = given->arguments.count ? given->arguments.item[0] : "";

	return !option->actions || has_word(option->actions, action) ||
	       !has_word(command_of(given->command)->arguments, action);
}

const char *option_words(struct arena *arena, const struct option *option, enum command_id command)
{
	struct str words = {0};
	const char *text;

	option_add_words(&words, option, command);
	text = arena_strdup(arena, str_text(&words));
	str_release(&words);
	return text;
}

enum command_id command_find(const char *name)
{
	for (int id = COMMAND_NONE + 1; id < COMMAND_COUNT; id++)
		if (strcmp(commands[id].name, name) == 0)
			return (enum command_id)id;
	return COMMAND_NONE;
}

static const char *look_up(const char *const (*pairs)[2], size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(pairs[i][0], word) == 0)
			return pairs[i][1];
	return NULL;
}

const char *command_known_as(const char *word)
{
	static const char *const pairs[][2] = {{"up", "upgrade"}, {"migrate", "upgrade"},
		{"apply", "upgrade"}, {"run", "upgrade"}, {"down", "downgrade"},
		{"rollback", "downgrade"}, {"revert", "downgrade"}, {"undo", "downgrade"},
		{"new", "revision"}, {"create", "revision"}, {"generate", "revision"},
		{"add", "revision"}, {"log", "history"}, {"list", "history"}, {"info", "status"},
		{"pending", "status"}, {"validate", "check"}, {"verify", "check"},
		{"lint", "check"}, {"baseline", "stamp"}, {"accept", "repair"},
		{"ensure_version", "ensure-version"}, {"unlock", "locks"},
		{"version", "--version"}};

	return look_up(pairs, sizeof pairs / sizeof *pairs, word);
}

const char *option_replaced_by(const char *word)
{
	static const char variables[] = "Use an environment of migrator.yaml (--env NAME), or "
					"${VARIABLES} in the file.";
	static const char *const pairs[][2] = {{"-x", variables}, {"-n", variables},
		{"--name", variables},
		{"--tag", "Leave it out: there are no hooks that would see a tag."},
		{"--autogenerate", "Leave it out: the scripts are yours to write."},
		{"--raiseerr", "Use --verbose."}, {"--url", "Use -d or --database-url."},
		{"--database-uri", "Use -d or --database-url."}, {"-V", "Use --version."},
		{"-t", "Give the target as an argument."}, {"--json", "Use --format json."},
		{"--no-color", "Use --color never."}};

	return look_up(pairs, sizeof pairs / sizeof *pairs, word);
}
