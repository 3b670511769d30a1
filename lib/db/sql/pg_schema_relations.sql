{relation}
SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END AS kind,
	'1259/' || c.oid || '/0' AS id, NULL AS owner, c.full_name AS name, 0 AS position,
	CASE WHEN c.relpersistence = 'u' THEN 'yes' END AS unlogged,
	CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of,
	CASE WHEN NOT c.relispartition THEN i.parents END AS inherits,
	CASE WHEN c.relispartition THEN i.parents END AS "partition of",
	pg_get_expr(c.relpartbound, c.oid) AS bound,
	CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "partition by",
	CASE WHEN a.amname <> 'heap' THEN quote_ident(a.amname) END AS "access method",
	CASE WHEN c.relrowsecurity THEN 'enabled' END AS "row security",
	CASE WHEN c.relforcerowsecurity THEN 'yes' END AS "force row security",
	CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' END AS "replica identity",
	CASE c.relkind WHEN 'v' THEN (SELECT string_agg(quote_ident(v.attname) || ' ' || format_type(v.atttypid, v.atttypmod) ||
			CASE WHEN o.oid IS NULL THEN '' ELSE format(' COLLATE %I.%I', vn.nspname, o.collname) END, ', ' ORDER BY v.attnum)
		FROM pg_attribute AS v JOIN pg_type AS t ON t.oid = v.atttypid
		LEFT JOIN pg_collation AS o ON o.oid = v.attcollation AND o.oid <> t.typcollation
		LEFT JOIN pg_namespace AS vn ON vn.oid = o.collnamespace
		WHERE v.attrelid = c.oid AND v.attnum > 0) END AS columns,
	CASE WHEN c.relkind IN ('v', 'm') THEN rtrim(pg_get_viewdef(c.oid), ';') END AS definition
FROM relation AS c
LEFT JOIN pg_am AS a ON a.oid = c.relam
LEFT JOIN (SELECT h.inhrelid, string_agg(format('%I.%I', n.nspname, p.relname), ', ' ORDER BY h.inhseqno) AS parents
	FROM pg_inherits AS h JOIN pg_class AS p ON p.oid = h.inhparent
	JOIN pg_namespace AS n ON n.oid = p.relnamespace GROUP BY h.inhrelid) AS i ON i.inhrelid = c.oid
WHERE c.relkind IN ('r', 'p', 'v', 'm')
