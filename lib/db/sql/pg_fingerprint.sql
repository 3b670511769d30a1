SELECT kept.checksum, kept.sql,
	pg_catalog.to_char(pg_catalog.timezone('UTC', kept.finished_at), 'YYYY-MM-DD HH24:MI:SS"+00:00"'),
	kept.applied_by,
	EXISTS (SELECT FROM {log} AS later
		WHERE later.version_table OPERATOR(pg_catalog.=) {table}
		AND later.id OPERATOR(pg_catalog.>) kept.id
		AND later.outcome OPERATOR(pg_catalog.<>) 'repaired')
FROM {log} AS kept
WHERE kept.version_table OPERATOR(pg_catalog.=) {table}
AND kept.outcome OPERATOR(pg_catalog.=) 'schema'
ORDER BY kept.id DESC LIMIT 1;
