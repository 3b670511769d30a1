/* postgres: the PostgreSQL driver. What is where: db/postgres.h. */
#include "db/postgres.h"

#include "db/catalog.h"
#include "schema/ddl.h"

const struct db_driver postgres_driver = {
	.name = "postgresql",
	.library = POSTGRES_LIBRARY,
	.open = postgres_open,
	.close = postgres_close,
	.encryption = postgres_encryption,
	.read = postgres_read,
	.try_lock = postgres_try_lock,
	.unlock = postgres_unlock,
	.ensure = postgres_ensure,
	.apply = postgres_apply,
	.check_parts = postgres_check_parts,
	.settle = postgres_settle,
	.decide = postgres_decide,
	.recall = postgres_recall,
	.accept = postgres_accept,
	.recall_fingerprint = postgres_recall_fingerprint,
	.keep_fingerprint = postgres_keep_fingerprint,
	.locks = postgres_locks,
	.examine = postgres_examine,
	.read_schema = postgres_read_schema,
	.read_table = postgres_read_table,
	.script_rows = postgres_script_rows,
	.schema = &schema_postgres,
	.script_begin = postgres_script_begin,
	.script_step = postgres_script_step,
	.script_end = postgres_script_end,
	.catalog = &postgres_catalog,
	.dialect = URL_POSTGRESQL,
	.scan = SCAN_POSTGRESQL,
	.has_passwords = true,
};
