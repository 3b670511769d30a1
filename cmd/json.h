/* json: values and documents for report_json, by jansson. */
#ifndef MIGRATE_CMD_JSON_H
#define MIGRATE_CMD_JSON_H

#include <jansson.h>

#include "base/str.h"
#include "migrate.h"

/* Puts jansson under the policy for memory that runs out; before any other call. */
void json_begin(void);
/* NULL is null; bytes that are no UTF-8 become U+FFFD each. */
json_t *json_text(const char *text);
/* 0, which is "not known", is null. */
json_t *json_number(size_t number);
json_t *json_list(const struct migrate_list *list);
/* Appends the document; nothing in it steers a terminal. */
void json_write(struct str *out, const json_t *document);

#endif
