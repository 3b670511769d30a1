SELECT revision, direction, segment, outcome, checksum, sql FROM {log}
WHERE version_table OPERATOR(pg_catalog.=) {table}
AND id OPERATOR(pg_catalog.=) ANY (ARRAY(
	SELECT entry.id FROM (
		SELECT id, segment, pg_catalog.max(id) FILTER (WHERE segment IS NULL)
			OVER (PARTITION BY revision) AS whole
		FROM {log} WHERE version_table OPERATOR(pg_catalog.=) {table}) AS entry
	WHERE (SELECT EXISTS (SELECT FROM {log}
		WHERE version_table OPERATOR(pg_catalog.=) {table} AND segment IS NOT NULL))
	AND entry.segment IS NOT NULL
	AND (entry.whole IS NULL OR entry.id OPERATOR(pg_catalog.>) entry.whole)))
ORDER BY id;
