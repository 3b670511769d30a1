changed AS (UPDATE {version} SET version_num = {new}
	WHERE version_num OPERATOR(pg_catalog.=) {old} RETURNING 1),
