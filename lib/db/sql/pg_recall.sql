SELECT revision, direction, outcome, checksum,
	pg_catalog.to_char(pg_catalog.timezone('UTC', finished_at), 'YYYY-MM-DD HH24:MI:SS"+00:00"'),
	applied_by, sql
FROM {log}
WHERE version_table OPERATOR(pg_catalog.=) {table}
AND id OPERATOR(pg_catalog.=) ANY (ARRAY(
	SELECT pg_catalog.max(id) FROM {log}
	WHERE version_table OPERATOR(pg_catalog.=) {table}
	AND revision OPERATOR(pg_catalog.=) ANY ({revisions}) AND segment IS NULL
	AND direction OPERATOR(pg_catalog.<>) 'downgrade'
	AND outcome OPERATOR(pg_catalog.=) ANY (CAST(ARRAY['applied', 'repaired'] AS pg_catalog.text[]))
	GROUP BY revision, direction, outcome))
ORDER BY id;
