/* The pure parts of the PostgreSQL driver: the text of a batch, and places in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "db/postgres.h"
#include "db/postgres_quote.h"

static const struct postgres_frame frame = {.version_name = "\"s\".\"v\"",
	.log_name = "\"s\".\"migrate_log\"",
	.version_table = "v",
	.tool = "tool",
	.user = "user",
	.token = "0123456789abcdef",
	.restore = "SET a = 1;\nSET b = 2;\n",
	.restore_count = 2,
	.lock_timeout = 5000};

static const char *const one_row[] = {"old"}, *const other_row[] = {"new"};

static struct db_step step_of(const char *script)
{
	return (struct db_step){.revision = "new",
		.direction = DB_UPGRADE,
		.script = script,
		.script_size = strlen(script),
		.options = {.lock_timeout = DURATION_UNSET, .statement_timeout = DURATION_UNSET},
		.remove = {one_row, 1},
		.add = {other_row, 1}};
}

static void add_step(
	struct postgres_message *message, const struct db_step *step, struct postgres_place place)
{
	postgres_message_step(message, &frame, step, &place);
}

/* Characters of the message before the first place that words stand at, from 1. */
static size_t position_of(const struct postgres_message *message, const char *words)
{
	const char *at = strstr(message->text.text, words);
	size_t position = 1;

	assert_non_null(at);
	for (const char *c = message->text.text; c < at; c++)
		position += ((unsigned char)*c & 0xc0) != 0x80;
	return position;
}

static size_t statements(const char *text)
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, ";\n")); at++)
		count++;
	return count;
}

static void assert_literal(const char *text, const char *expected)
{
	struct str out = {0};

	postgres_add_literal(&out, text, text ? strlen(text) : 0);
	assert_string_equal(out.text, expected);
	str_release(&out);
}

static void a_literal_means_the_same_whatever_the_string_syntax(void **state)
{
	(void)state;
	assert_literal("it's", "'it''s'");
	assert_literal("a\\b", "E'a\\\\b'");
	assert_literal("\\'", "E'\\\\'''");
	assert_literal("", "''");
	assert_literal(NULL, "NULL");
}

static void an_array_of_no_names_has_a_type(void **state)
{
	static const char *const names[] = {"a", "b'c"};
	struct str out = {0};

	(void)state;
	postgres_add_array(&out, &(struct names){0});
	assert_string_equal(out.text, "CAST(ARRAY[] AS pg_catalog.text[])");
	str_clear(&out);
	postgres_add_array(&out, &(struct names){names, 2});
	assert_string_equal(out.text, "CAST(ARRAY['a', 'b''c'] AS pg_catalog.text[])");
	str_release(&out);
}

static void a_step_is_its_script_between_begin_and_commit(void **state)
{
	struct postgres_message message = {0};
	struct db_step step = step_of("SELECT 'script'");
	const char *begin, *script, *record, *reset, *commit;

	(void)state;
	add_step(&message, &step, (struct postgres_place){.opens = true, .commits = true});
	begin = strstr(message.text.text, "BEGIN;");
	script = strstr(message.text.text, "SELECT 'script'\n;\n");
	record = strstr(message.text.text, "WITH changed AS");
	reset = strstr(message.text.text, "RESET ALL;\nSET a = 1;\nSET b = 2;\n");
	commit = strstr(message.text.text, "COMMIT;\n");
	assert_ptr_equal(begin, message.text.text);
	assert_true(begin < script && script < record && record < reset && reset < commit);
	assert_string_equal(commit, "COMMIT;\n");
	assert_int_equal(message.parts, 1);
	assert_true(message.part[0].commits);
	postgres_message_release(&message);
}

static void our_statements_are_counted_as_they_are_written(void **state)
{
	struct postgres_message message = {0};
	struct db_step step = step_of("SELECT 1");
	const struct postgres_part *part;

	(void)state;
	step.options.lock_timeout = 1;
	step.options.statement_timeout = 2;
	postgres_message_head(&message, &frame, true, true, true);
	assert_int_equal(message.head, statements(message.text.text));
	str_clear(&message.text);
	add_step(&message, &step, (struct postgres_place){.opens = true, .commits = true});
	part = &message.part[0];
	/* the script's own, the record, and COMMIT */
	assert_int_equal(
		part->before + part->resets + part->after + 3, statements(message.text.text));
	assert_non_null(strstr(message.text.text, "SET LOCAL lock_timeout = 1;"));
	assert_non_null(strstr(message.text.text, "SET LOCAL statement_timeout = 2;"));
	postgres_message_release(&message);
}

static void a_place_is_found_in_its_own_script(void **state)
{
	struct postgres_message message = {0};
	struct db_step first = step_of("SELECT '\xc3\xa4\xe2\x82\xac';");
	struct db_step second = step_of("SELECT '\xf0\x9f\x90\x98', wrong;");
	size_t step, offset;

	(void)state;
	add_step(&message, &first, (struct postgres_place){.index = 7, .opens = true});
	add_step(&message, &second, (struct postgres_place){.index = 8, .commits = true});
	assert_true(postgres_message_find(
		&message, position_of(&message, "wrong"), false, &step, &offset));
	assert_int_equal(step, 8);
	assert_string_equal(second.script + offset, "wrong;");
	assert_true(postgres_message_find(&message,
		(size_t)(strstr(message.text.text, "wrong") - message.text.text) + 1, true, &step,
		&offset));
	assert_string_equal(second.script + offset, "wrong;");
	postgres_message_release(&message);
}

static void a_place_in_our_own_text_is_in_no_script(void **state)
{
	struct postgres_message message = {0};
	struct db_step first = step_of("SELECT 1"), second = step_of("SELECT 2");
	size_t step, offset;

	(void)state;
	add_step(&message, &first, (struct postgres_place){.opens = true, .commits = true});
	add_step(&message, &second, (struct postgres_place){.index = 1, .opens = true});
	assert_false(postgres_message_find(&message, 0, false, &step, &offset));
	assert_false(postgres_message_find(&message, 1, false, &step, &offset));
	assert_false(postgres_message_find(
		&message, position_of(&message, "COMMIT"), false, &step, &offset));
	assert_false(postgres_message_find(&message, 1000000, false, &step, &offset));
	/* the semicolon that we add is the script's end */
	assert_true(postgres_message_find(
		&message, position_of(&message, "\n;\n") + 1, false, &step, &offset));
	assert_int_equal(step, 0);
	assert_int_equal(offset, first.script_size);
	postgres_message_release(&message);
}

static void copy_data_is_cut_out_and_kept(void **state)
{
	struct postgres_message message = {0};
	struct db_step step = step_of("COPY t FROM stdin;\n1\n2\n\\.\nSELECT wrong;");
	size_t index, offset;

	(void)state;
	add_step(&message, &step, (struct postgres_place){.opens = true});
	*strstr(message.text.text, "WITH") = '\0';
	assert_null(strstr(message.text.text, "\\."));
	assert_int_equal(message.blocks, 1);
	assert_int_equal(message.data[0].size, 4);
	assert_memory_equal(step.script + message.data[0].offset, "1\n2\n", 4);
	assert_true(postgres_message_find(
		&message, position_of(&message, "wrong"), false, &index, &offset));
	assert_string_equal(step.script + offset, "wrong;");
	postgres_message_release(&message);
}

static void a_byte_order_mark_is_not_sent(void **state)
{
	struct postgres_message message = {0};
	struct db_step step = step_of("\xEF\xBB\xBFSELECT wrong");
	size_t index, offset;

	(void)state;
	add_step(&message, &step, (struct postgres_place){.opens = true});
	*strstr(message.text.text, "WITH") = '\0';
	assert_null(strstr(message.text.text, "\xEF\xBB\xBF"));
	assert_true(postgres_message_find(
		&message, position_of(&message, "wrong"), false, &index, &offset));
	assert_int_equal(offset, 10);
	postgres_message_release(&message);
}

static void only_one_row_for_another_is_a_move(void **state)
{
	static const char *const two[] = {"a", "b"};
	struct db_step step = step_of("");

	(void)state;
	assert_true(postgres_is_move(&step));
	step.remove = (struct names){two, 2};
	assert_false(postgres_is_move(&step));
	step = step_of("");
	step.direction = DB_STAMP;
	assert_false(postgres_is_move(&step));
	step = step_of("");
	step.add.count = 0;
	assert_false(postgres_is_move(&step));
}

/* These numbers are an interface: other programs may take the same lock. */
static void the_lock_s_key_never_changes(void **state)
{
	(void)state;
	assert_int_equal(POSTGRES_LOCK_SPACE, 1835624306);
	assert_int_equal(postgres_lock_key("public", "migrate_version"), 1049598202);
	assert_int_not_equal(postgres_lock_key("a", "bc"), postgres_lock_key("ab", "c"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_literal_means_the_same_whatever_the_string_syntax),
		cmocka_unit_test(an_array_of_no_names_has_a_type),
		cmocka_unit_test(a_step_is_its_script_between_begin_and_commit),
		cmocka_unit_test(our_statements_are_counted_as_they_are_written),
		cmocka_unit_test(a_place_is_found_in_its_own_script),
		cmocka_unit_test(a_place_in_our_own_text_is_in_no_script),
		cmocka_unit_test(copy_data_is_cut_out_and_kept),
		cmocka_unit_test(a_byte_order_mark_is_not_sent),
		cmocka_unit_test(only_one_row_for_another_is_a_move),
		cmocka_unit_test(the_lock_s_key_never_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
