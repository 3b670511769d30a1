SELECT DISTINCT d.classid || '/' || d.objid || '/' ||
		CASE WHEN c.relkind IN ('r', 'p', 'c') THEN d.objsubid ELSE 0 END AS id,
	d.refclassid || '/' || d.refobjid || '/' || s.subid AS needed
FROM pg_depend AS d
LEFT JOIN pg_class AS c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
CROSS JOIN LATERAL (SELECT 0 AS subid UNION SELECT d.refobjsubid) AS s
WHERE d.objid >= 16384 AND d.deptype IN ('n', 'a', 'i', 'P', 'S')
AND NOT (c.oid IS NOT NULL AND c.relkind = 'S' AND d.deptype = 'a')
UNION
SELECT '1259/' || d.refobjid || '/' || d.refobjsubid, '1259/' || d.objid || '/0'
FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid AND c.relkind = 'S'
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'
UNION
SELECT '1259/' || x.indexrelid || '/0', '1259/' || i.inhrelid || '/0'
FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indexrelid AND c.relkind = 'I'
JOIN pg_inherits AS i ON i.inhparent = x.indrelid
UNION
SELECT '2620/' || t.oid || '/0', '2620/' || t.tgparentid || '/0'
FROM pg_trigger AS t WHERE t.tgparentid <> 0 AND NOT t.tgisinternal
