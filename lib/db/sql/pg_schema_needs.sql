WITH RECURSIVE inherited AS (
	SELECT oid, tgparentid AS ancestor FROM pg_trigger WHERE tgparentid <> 0
	UNION ALL
	SELECT i.oid, t.tgparentid FROM inherited AS i JOIN pg_trigger AS t ON t.oid = i.ancestor
	WHERE t.tgparentid <> 0
)
SELECT d.classid || '/' || d.objid || '/' ||
		CASE WHEN c.relkind IN ('r', 'p', 'c') THEN d.objsubid ELSE 0 END AS id,
	d.refclassid || '/' || d.refobjid || '/' || CASE WHEN w.whole THEN 0 ELSE d.refobjsubid END AS needed
FROM pg_depend AS d
JOIN (VALUES (true), (false)) AS w (whole) ON w.whole OR d.refobjsubid <> 0
LEFT JOIN pg_class AS c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
WHERE d.objid >= 16384 AND d.deptype IN ('n', 'a', 'i', 'P', 'S')
AND NOT (c.oid IS NOT NULL AND c.relkind = 'S' AND d.deptype = 'a')
UNION ALL
SELECT '1259/' || d.refobjid || '/' || d.refobjsubid, '1259/' || d.objid || '/0'
FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid AND c.relkind = 'S'
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'
UNION ALL
SELECT '1259/' || x.indexrelid || '/0', '1259/' || i.inhrelid || '/0'
FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indexrelid AND c.relkind = 'I'
JOIN pg_inherits AS i ON i.inhparent = x.indrelid
UNION ALL
SELECT '2620/' || oid || '/0', '2620/' || ancestor || '/0' FROM inherited
