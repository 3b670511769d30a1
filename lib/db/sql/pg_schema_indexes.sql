{relation}
SELECT 'index' AS kind, '1259/' || i.oid || '/0' AS id, '1259/' || c.oid || '/0' AS owner,
	quote_ident(i.relname) AS name, 0 AS position,
	CASE WHEN x.indisunique THEN 'yes' END AS "unique",
	CASE WHEN i.relkind = 'I' THEN 'yes' END AS "only",
	replace(replace(substr(f.definition, 1 + length(f.head)), COALESCE(f.options, ''), ''),
		COALESCE(' WHERE ' || f.predicate, ''), '') AS definition,
	f.predicate AS "where",
	CASE WHEN x.indisclustered THEN 'yes' END AS cluster,
	CASE WHEN x.indisreplident THEN 'yes' END AS "replica identity",
	(SELECT format('%I.%I', n.nspname, p.relname) FROM pg_inherits AS h
		JOIN pg_class AS p ON p.oid = h.inhparent JOIN pg_namespace AS n ON n.oid = p.relnamespace
		WHERE h.inhrelid = i.oid) AS "partition of"
FROM relation AS c JOIN pg_index AS x ON x.indrelid = c.oid JOIN pg_class AS i ON i.oid = x.indexrelid
CROSS JOIN LATERAL (SELECT pg_get_indexdef(i.oid) AS definition,
	format('CREATE %sINDEX %I ON %s%s ', CASE WHEN x.indisunique THEN 'UNIQUE ' END, i.relname,
		CASE WHEN i.relkind = 'I' THEN 'ONLY ' END, c.full_name) AS head,
	pg_get_expr(x.indpred, x.indrelid) AS predicate,
	(SELECT {options}
		FROM unnest(i.reloptions) WITH ORDINALITY AS option (v, place)) AS options OFFSET 0) AS f
WHERE c.relkind IN ('r', 'p', 'm') AND (x.indisvalid OR i.relkind = 'I')
AND NOT EXISTS (SELECT FROM pg_constraint AS k
	WHERE k.conindid = i.oid AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x'))
