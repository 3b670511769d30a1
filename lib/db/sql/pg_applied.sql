SELECT newest.revision, newest.checksum FROM (
	SELECT DISTINCT ON (revision) revision, direction, checksum FROM {log}
	WHERE version_table OPERATOR(pg_catalog.=) {table}
	AND outcome OPERATOR(pg_catalog.=) ANY (CAST(ARRAY['applied', 'repaired'] AS pg_catalog.text[]))
	ORDER BY revision, id DESC) AS newest
WHERE newest.direction OPERATOR(pg_catalog.=) 'upgrade' AND newest.checksum IS NOT NULL;
