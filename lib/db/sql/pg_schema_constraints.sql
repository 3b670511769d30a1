{relation}
SELECT CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique constraint'
		WHEN 'c' THEN 'check constraint' WHEN 'x' THEN 'exclusion constraint'
		ELSE 'foreign key' END AS kind,
	'2606/' || k.oid || '/0' AS id,
	CASE k.contypid WHEN 0 THEN '1259/' || k.conrelid ELSE '1247/' || k.contypid END || '/0' AS owner,
	quote_ident(k.conname) AS name, 0 AS position,
	replace(replace(regexp_replace(pg_get_constraintdef(k.oid),
		'( DEFERRABLE)?( INITIALLY DEFERRED)?( NOT VALID)?$', ''),
		COALESCE(' WHERE (' || pg_get_expr(x.indpred, x.indrelid) || ')', ''), ''),
		COALESCE(CASE k.contype WHEN 'x' THEN (SELECT {options}
			FROM pg_class AS i, unnest(i.reloptions) WITH ORDINALITY AS option (v, place)
			WHERE i.oid = x.indexrelid) END, ''), '') AS definition,
	pg_get_expr(x.indpred, x.indrelid) AS "where",
	CASE WHEN k.condeferred THEN 'INITIALLY DEFERRED' WHEN k.condeferrable THEN 'INITIALLY IMMEDIATE'
		END AS deferrable,
	CASE WHEN NOT k.convalidated THEN 'yes' END AS "not valid",
	CASE WHEN x.indisclustered THEN 'yes' END AS cluster,
	CASE WHEN x.indisreplident THEN 'yes' END AS "replica identity",
	(SELECT format('%I.%I', n.nspname, p.relname) FROM pg_inherits AS i
		JOIN pg_class AS p ON p.oid = i.inhparent JOIN pg_namespace AS n ON n.oid = p.relnamespace
		WHERE i.inhrelid = x.indexrelid) AS "partition of"
FROM pg_constraint AS k
LEFT JOIN relation AS c ON c.oid = k.conrelid AND c.relkind IN ('r', 'p')
LEFT JOIN pg_type AS t ON t.oid = k.contypid
LEFT JOIN pg_namespace AS tn ON tn.oid = t.typnamespace
LEFT JOIN pg_index AS x ON x.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
WHERE k.contype IN ('p', 'u', 'c', 'x', 'f')
AND (k.contype <> 'f' OR k.conparentid = 0)
AND (k.contype <> 'c' OR k.contypid <> 0 OR k.conislocal OR c.relispartition)
AND (c.oid IS NOT NULL OR tn.nspname !~ '^pg_' AND tn.nspname <> 'information_schema'
	AND NOT EXISTS (SELECT FROM pg_depend AS e
		WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e'))
