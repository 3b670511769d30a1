removed AS (DELETE FROM {version}
	WHERE version_num OPERATOR(pg_catalog.=) ANY ({rows}) RETURNING 1),
