SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), i.indisvalid,
	(SELECT p.pid FROM pg_catalog.pg_stat_progress_create_index AS p
		WHERE p.index_relid OPERATOR(pg_catalog.=) c.oid LIMIT 1)
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE n.nspname OPERATOR(pg_catalog.<>) 'pg_toast' AND {condition}
ORDER BY 1;
