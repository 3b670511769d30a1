INSERT INTO {log} (version_table, id, revision, direction, outcome, segment,
	started_at, finished_at, checksum, applied_by, tool_version, sql)
SELECT {table}, COALESCE(pg_catalog.max(id), 0) OPERATOR(pg_catalog.+) 1, {revision}, {direction},
	{outcome}, {segment}, pg_catalog.transaction_timestamp(), {finished},
	{checksum}, SESSION_USER, {tool}, {sql}
FROM {log} WHERE version_table OPERATOR(pg_catalog.=) {table};
