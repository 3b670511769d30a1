/* schema and schema_sort: a schema in a few words, and the order that comes of it. Words are
 * KIND:NAME, with @OWNER and #POSITION; `NAME>NAME` is a need, and `=PROPERTY:TEXT` one of the
 * object before it. Kinds: n(amespace) f(unction) t(able) c(olumn) d(efault) k (check) p(rimary
 * key) i(ndex) v(iew) r(eference). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "schema/compare.h"
#include "schema/schema.h"
#include "schema/touch.h"

struct fixture {
	struct arena arena;
	struct schema_builder *builder;
	struct schema schema;
	struct migrate_error error;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	f->builder = schema_builder_open(&f->arena);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	schema_builder_close(f->builder);
	migrate_error_clear(&f->error);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static enum schema_kind kind_of(char letter)
{
	static const char letters[] = "nftcdkpivr";
	static const enum schema_kind kinds[] = {SCHEMA_NAMESPACE, SCHEMA_FUNCTION, SCHEMA_TABLE,
		SCHEMA_COLUMN, SCHEMA_DEFAULT, SCHEMA_CHECK, SCHEMA_PRIMARY_KEY, SCHEMA_INDEX,
		SCHEMA_VIEW, SCHEMA_FOREIGN_KEY};

	assert_non_null(strchr(letters, letter));
	return kinds[strchr(letters, letter) - letters];
}

static void add_word(struct fixture *f, char *word)
{
	char *owner, *position, *needed = strchr(word, '>');
	struct schema_entry entry = {0};

	if (*word == '=') {
		const char *property = strsep(&word, ":") + 1;

		schema_add_property(f->builder, property, word);
		return;
	}
	if (needed) {
		*needed = '\0';
		schema_add_need(f->builder, word, needed + 1);
		return;
	}
	if ((position = strchr(word, '#'))) {
		*position = '\0';
		entry.position = (uint32_t)atoi(position + 1);
	}
	if ((owner = strchr(word, '@'))) {
		*owner = '\0';
		entry.owner = owner + 1;
	}
	entry.kind = kind_of(*word);
	entry.id = entry.name = word + 2;
	schema_add(f->builder, &entry);
}

static void add(struct fixture *f, const char *words)
{
	char *copy = arena_strdup(&f->arena, words), *rest = copy, *word;

	while ((word = strsep(&rest, " ")))
		if (*word)
			add_word(f, word);
}

static void build(struct fixture *f, const char *words)
{
	add(f, words);
	if (!schema_build(f->builder, &f->schema, &f->error))
		fail_msg("%s", f->error.message);
}

static const char *names(struct fixture *f, const uint32_t *item, uint32_t count)
{
	const char *text = "";

	for (uint32_t i = 0; i < count; i++)
		text = arena_printf(
			&f->arena, "%s%s%s", text, i ? " " : "", f->schema.object[item[i]].name);
	return text;
}

static const char *all(struct fixture *f)
{
	uint32_t *item = ARENA_ARRAY(&f->arena, f->schema.count + 1, uint32_t);

	for (uint32_t i = 0; i < f->schema.count; i++)
		item[i] = i;
	return names(f, item, f->schema.count);
}

/* The statements, each with what is folded into it in parentheses. */
static const char *order(struct fixture *f)
{
	struct schema_order order;
	const char *text = "";

	schema_sort(&f->arena, &f->schema, SCHEMA_BIT(SCHEMA_COLUMN),
		SCHEMA_BIT(SCHEMA_DEFAULT) | SCHEMA_BIT(SCHEMA_CHECK) |
			SCHEMA_BIT(SCHEMA_PRIMARY_KEY),
		0, &order);
	for (uint32_t i = 0; i < order.count; i++) {
		const struct schema_object *object = &f->schema.object[order.object[i]];

		text = arena_printf(&f->arena, "%s%s%s", text, i ? " " : "", object->name);
		for (uint32_t k = 0; k < object->parts.count; k++)
			if (order.folded[object->parts.item[k]])
				text = arena_printf(&f->arena, "%s(%s)", text,
					f->schema.object[object->parts.item[k]].name);
	}
	return text;
}

static void objects_are_sorted_by_kind_name_and_position(void **state)
{
	struct fixture *f = *state;

	build(f, "v:v t:b t:a c:z@a#1 c:y@a#2 p:a_key@a i:a_index@a f:f n:s");
	assert_string_equal(all(f), "s f a z y a_key a_index b v");
}

static void what_was_added_first_does_not_show(void **state)
{
	struct fixture *f = *state;

	build(f, "n:s f:f i:a_index@a p:a_key@a c:y@a#2 c:z@a#1 t:a t:b v:v");
	assert_string_equal(all(f), "s f a z y a_key a_index b v");
}

static void an_object_knows_its_owner_its_parts_and_its_needs(void **state)
{
	struct fixture *f = *state;
	uint32_t a, z, v;

	build(f, "t:a c:z@a#1 c:y@a#2 t:b v:v v>a v>z v>a v>elsewhere z>a a>a");
	a = schema_find(&f->schema, SCHEMA_TABLE, SCHEMA_NONE, "a");
	z = schema_find(&f->schema, SCHEMA_COLUMN, a, "z");
	v = schema_find(&f->schema, SCHEMA_VIEW, SCHEMA_NONE, "v");
	assert_int_equal(f->schema.object[z].owner, a);
	assert_int_equal(f->schema.object[a].owner, SCHEMA_NONE);
	assert_string_equal(
		names(f, f->schema.object[a].parts.item, f->schema.object[a].parts.count), "z y");
	assert_string_equal(
		names(f, f->schema.object[v].needs.item, f->schema.object[v].needs.count), "a z");
	assert_int_equal(f->schema.object[z].needs.count, 0);
	assert_int_equal(f->schema.object[a].needs.count, 0);
	assert_int_equal(schema_find(&f->schema, SCHEMA_VIEW, SCHEMA_NONE, "a"), SCHEMA_NONE);
	assert_int_equal(schema_find(&f->schema, SCHEMA_COLUMN, v, "z"), SCHEMA_NONE);
}

static void properties_are_kept_and_empty_ones_are_none(void **state)
{
	struct fixture *f = *state;
	char name[16], text[16];

	add(f, "t:a");
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof name, "p%d", i);
		snprintf(text, sizeof text, "text %d", i);
		schema_add_property(f->builder, name, text);
		schema_add_property(f->builder, "empty", i % 2 ? NULL : "");
	}
	build(f, "t:b");
	assert_int_equal(f->schema.object[0].property_count, 20);
	assert_string_equal(schema_text(&f->schema.object[0], "p0"), "text 0");
	assert_string_equal(schema_text(&f->schema.object[0], "p19"), "text 19");
	assert_null(schema_text(&f->schema.object[0], "empty"));
	assert_null(schema_text(&f->schema.object[1], "p0"));
}

static void an_alias_is_the_object_too(void **state)
{
	struct fixture *f = *state;

	schema_add_alias(f->builder, "a", "row type of a");
	schema_add_alias(f->builder, "elsewhere", "type of elsewhere");
	schema_add_need(f->builder, "f", "row type of a");
	build(f, "t:a f:f");
	assert_string_equal(order(f), "a f");
}

static void what_has_no_place_is_listed_by_name(void **state)
{
	struct fixture *f = *state;

	schema_add_unsupported(f->builder, "operator %s", "b");
	schema_add_unsupported(f->builder, "cast %s", "a");
	build(f, "t:a");
	assert_int_equal(f->schema.unsupported_count, 2);
	assert_string_equal(f->schema.unsupported[0], "cast a");
	assert_string_equal(f->schema.unsupported[1], "operator b");
}

static void a_catalogue_that_contradicts_itself_is_an_error(void **state)
{
	static const char *const words[] = {"t:a v:a", "c:x@a", "t:a@b t:b@a", "t:a@a"};
	static const char *const error[] = {"two objects \"a\"", "no owner of \"x\"",
		"owners in a circle", "no owner of \"a\""};

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct fixture *f;
		void *own;

		set_up(&own);
		f = own;
		add(f, words[i]);
		assert_false(schema_build(f->builder, &f->schema, &f->error));
		assert_int_equal(f->error.code, MIGRATE_E_DATABASE);
		assert_non_null(strstr(f->error.message, error[i]));
		tear_down(&own);
	}
}

static void two_of_one_kind_and_name_are_an_error(void **state)
{
	struct fixture *f = *state;
	struct schema_entry entry = {.kind = SCHEMA_TABLE, .id = "1", .name = "a"};

	schema_add(f->builder, &entry);
	entry.id = "2";
	schema_add(f->builder, &entry);
	assert_false(schema_build(f->builder, &f->schema, &f->error));
	assert_non_null(strstr(f->error.message, "two: table a"));
}

static void an_object_is_described_with_its_owner(void **state)
{
	struct fixture *f = *state;

	build(f, "t:a c:z@a");
	assert_string_equal(schema_describe(&f->arena, &f->schema, 0), "table a");
	assert_string_equal(schema_describe(&f->arena, &f->schema, 1), "column a.z");
}

static void every_kind_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < SCHEMA_KINDS; i++)
		assert_non_null(schema_kind_name((enum schema_kind)i));
}

static void without_needs_the_order_is_the_schemas(void **state)
{
	struct fixture *f = *state;

	build(f, "v:v t:b t:a c:z@a#1 c:y@a#2 i:a_index@a f:f n:s");
	assert_string_equal(order(f), "s f a(z)(y) a_index b v");
}

static void what_is_needed_comes_first(void **state)
{
	struct fixture *f = *state;

	build(f, "f:f t:a t:b v:v v:w f>b v>w f>v");
	assert_string_equal(order(f), "a b w v f");
}

static void needs_of_a_folded_part_are_its_owners(void **state)
{
	struct fixture *f = *state;

	build(f, "t:a c:x@a#1 d:x1@a t:b c:y@b#1 f:f f>y x1>f");
	assert_string_equal(order(f), "b(y) f a(x)(x1)");
}

static void a_part_in_a_circle_gets_a_statement_of_its_own(void **state)
{
	struct fixture *f = *state;

	build(f, "t:a c:x@a#1 k:check@a p:key@a f:f f>a check>f");
	assert_string_equal(order(f), "a(x)(key) f check");
}

static void parts_that_only_wait_for_a_circle_stay_folded(void **state)
{
	struct fixture *f = *state;

	build(f, "t:a c:x@a#1 k:check@a f:f f>a check>f t:b c:y@b#1 d:y1@b y1>f");
	assert_string_equal(order(f), "a(x) f check b(y)(y1)");
}

static void foreign_keys_come_after_all_tables(void **state)
{
	struct fixture *f = *state;

	build(f, "t:a r:a_b@a a_b>b t:b r:b_a@b b_a>a i:b_index@b t:c v:v");
	assert_string_equal(order(f), "a b b_index c v a_b b_a");
}

static void a_circle_that_nothing_cuts_is_cut_at_its_first(void **state)
{
	struct fixture *f = *state;

	build(f, "v:v v:w v>w w>v v:x x>w t:a a>x");
	assert_string_equal(order(f), "v w x a");
}

static void a_hundred_thousand_in_a_chain(void **state)
{
	struct fixture *f = *state;
	enum { COUNT = 100000 };
	struct schema_order order;
	char id[16], needed[16];

	for (int i = 0; i < COUNT; i++) {
		snprintf(id, sizeof id, "%06d", i);
		snprintf(needed, sizeof needed, "%06d", i + 1);
		schema_add(f->builder,
			&(struct schema_entry){.kind = SCHEMA_VIEW, .id = id, .name = id});
		schema_add_need(f->builder, id, needed);
	}
	build(f, "");
	schema_sort(&f->arena, &f->schema, 0, 0, 0, &order);
	assert_int_equal(order.count, COUNT);
	for (uint32_t i = 0; i < COUNT; i++)
		assert_int_equal(order.object[i], COUNT - 1 - i);
}

/* The differences of two schemas in words, a line each. */
static void assert_changes(const char *old, const char *new, const char *expected)
{
	struct schema_changes changes;
	struct fixture *f[2];
	const char *text = "";
	void *own[2];

	for (int i = 0; i < 2; i++) {
		set_up(&own[i]);
		f[i] = own[i];
		build(f[i], i ? new : old);
	}
	schema_compare(&f[0]->arena, &f[0]->schema, &f[1]->schema, &changes);
	for (uint32_t i = 0; i < changes.count; i++)
		text = arena_printf(&f[0]->arena, "%s%s\n", text,
			schema_change_text(&f[0]->arena, &changes, i));
	assert_string_equal(text, expected);
	tear_down(&own[0]);
	tear_down(&own[1]);
}

static void equal_schemas_have_no_differences(void **state)
{
	(void)state;
	assert_changes("", "", "");
	assert_changes("t:a c:x@a#1 =type:int =null:no c:y@a#2 v:v",
		"v:v c:y@a#1 c:x@a#2 =null:no =type:int t:a", "");
}

static void what_came_and_went_is_told_without_its_parts(void **state)
{
	(void)state;
	assert_changes("t:a c:x@a#1 t:b c:y@b#1", "t:a c:z@a#1 t:c c:y@c#1 i:j@a",
		"column a.x is missing\ntable b is missing\n"
		"column a.z is new\nindex a.j is new\ntable c is new\n");
}

static void what_changed_is_told_with_what_it_was(void **state)
{
	(void)state;
	assert_changes("t:a c:x@a#1 =type:int =check:old c:y@a#2 =type:int",
		"t:a c:x@a#1 =type:text =collation:C c:y@a#2 =type:int",
		"column a.x: type text, was int; collation C is new; check old is gone\n");
}

static void a_name_of_another_kind_is_another_object(void **state)
{
	(void)state;
	assert_changes("t:a", "v:a", "table a is missing\nview a is new\n");
}

static void differences_cannot_steer_a_terminal(void **state)
{
	(void)state;
	assert_changes(
		"t:a =comment:x", "t:a =comment:\x1b[31m", "table a: comment \\x1b[31m, was x\n");
}

/* Where two changes of one schema meet: "same | parts of which", each with what both changed. */
static void assert_overlap(
	const char *base, const char *left, const char *right, const char *expected)
{
	const char *words[] = {base, left, right};
	struct touches touches[3] = {0};
	struct schema_changes changes;
	struct overlap overlap;
	struct fixture *f[3];
	const char *text = "";
	void *own[3];

	for (uint32_t i = 0; i < 3; i++) {
		set_up(&own[i]);
		f[i] = own[i];
		build(f[i], words[i]);
		schema_compare(&f[0]->arena, &f[0]->schema, &f[i]->schema, &changes);
		touches_add(&f[0]->arena, &changes, i, &touches[i]);
	}
	touches_overlap(&f[0]->arena, &touches[1], &touches[2], &overlap);
	for (uint32_t i = 0; i < overlap.same.count; i++)
		text = arena_printf(&f[0]->arena, "%s%s\n", text, overlap.same.item[i]);
	for (uint32_t i = 0; i < overlap.whole.count; i++)
		text = arena_printf(&f[0]->arena, "%s%s: %s | %s\n", text, overlap.whole.item[i],
			touches_text(&f[0]->arena, &touches[1], overlap.whole.item[i]),
			touches_text(&f[0]->arena, &touches[2], overlap.whole.item[i]));
	assert_string_equal(text, expected);
	for (int i = 0; i < 3; i++)
		tear_down(&own[i]);
}

static void changes_of_different_objects_do_not_meet(void **state)
{
	(void)state;
	assert_overlap("t:a t:b", "t:a t:b c:x@a#1", "t:a t:b c:x@b#1 v:v", "");
	assert_overlap("t:a", "t:a", "t:a c:x@a#1", "");
}

static void changes_of_the_same_object_meet_in_it(void **state)
{
	(void)state;
	assert_overlap("", "v:v =is:1", "v:v =is:2", "view v\n");
	assert_overlap("t:a c:x@a#1", "t:a", "t:a c:x@a#1 =type:int", "column a.x\n");
	assert_overlap("v:v", "t:a", "t:b", "view v\n");
}

static void changes_of_different_parts_meet_in_the_whole(void **state)
{
	(void)state;
	assert_overlap("t:a", "t:a c:x@a#1 c:y@a#2", "t:a i:j@a",
		"table a: column a.x, column a.y | index a.j\n");
	assert_overlap("t:a", "", "t:a i:j@a", "table a: table a | index a.j\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(objects_are_sorted_by_kind_name_and_position),
		TEST(what_was_added_first_does_not_show),
		TEST(an_object_knows_its_owner_its_parts_and_its_needs),
		TEST(properties_are_kept_and_empty_ones_are_none),
		TEST(an_alias_is_the_object_too),
		TEST(what_has_no_place_is_listed_by_name),
		TEST(a_catalogue_that_contradicts_itself_is_an_error),
		TEST(two_of_one_kind_and_name_are_an_error),
		TEST(an_object_is_described_with_its_owner),
		TEST(every_kind_has_a_name),
		TEST(without_needs_the_order_is_the_schemas),
		TEST(what_is_needed_comes_first),
		TEST(needs_of_a_folded_part_are_its_owners),
		TEST(a_part_in_a_circle_gets_a_statement_of_its_own),
		TEST(parts_that_only_wait_for_a_circle_stay_folded),
		TEST(foreign_keys_come_after_all_tables),
		TEST(a_circle_that_nothing_cuts_is_cut_at_its_first),
		TEST(a_hundred_thousand_in_a_chain),
		TEST(equal_schemas_have_no_differences),
		TEST(what_came_and_went_is_told_without_its_parts),
		TEST(what_changed_is_told_with_what_it_was),
		TEST(a_name_of_another_kind_is_another_object),
		TEST(differences_cannot_steer_a_terminal),
		TEST(changes_of_different_objects_do_not_meet),
		TEST(changes_of_the_same_object_meet_in_it),
		TEST(changes_of_different_parts_meet_in_the_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
