SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type'
		ELSE 'composite type' END AS kind,
	'1247/' || t.oid || '/0' AS id, NULL AS owner, format('%I.%I', n.nspname, t.typname) AS name,
	0 AS position,
	(SELECT string_agg(quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder)
		FROM pg_enum AS l WHERE l.enumtypid = t.oid) AS labels,
	CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod)
		WHEN 'r' THEN format_type(r.rngsubtype, NULL) END AS type,
	(SELECT format('%I.%I', cn.nspname, o.collname)
		FROM pg_collation AS o JOIN pg_namespace AS cn ON cn.oid = o.collnamespace
		JOIN pg_type AS base ON base.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE r.rngsubtype END
		WHERE o.oid = CASE t.typtype WHEN 'd' THEN t.typcollation ELSE r.rngcollation END
		AND o.oid <> base.typcollation) AS collation,
	CASE t.typtype WHEN 'd' THEN pg_get_expr(t.typdefaultbin, 'pg_type'::regclass) END AS "default",
	CASE WHEN t.typnotnull THEN 'yes' END AS "not null",
	(SELECT format('%I.%I', sn.nspname, s.opcname)
		FROM pg_opclass AS s JOIN pg_namespace AS sn ON sn.oid = s.opcnamespace
		WHERE s.oid = r.rngsubopc AND NOT s.opcdefault) AS "subtype opclass",
	NULLIF(r.rngsubdiff::regproc::text, '-') AS "subtype diff",
	(SELECT format('%I.%I', mn.nspname, m.typname)
		FROM pg_type AS m JOIN pg_namespace AS mn ON mn.oid = m.typnamespace
		WHERE m.oid = r.rngmultitypid) AS multirange
FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
LEFT JOIN pg_range AS r ON r.rngtypid = t.oid AND t.typtype = 'r'
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
AND (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c'
	AND EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
AND NOT EXISTS (SELECT FROM pg_depend AS e
	WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
