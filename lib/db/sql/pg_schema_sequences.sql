{relation}, {sequence}
SELECT 'sequence' AS kind, '1259/' || c.oid || '/0' AS id, NULL AS owner, c.full_name AS name, 0 AS position,
	CASE WHEN c.relpersistence = 'u' THEN 'yes' END AS unlogged,
	s.type, s.start, s.increment, s.minvalue, s.maxvalue, s.cache, s.cycle
FROM relation AS c JOIN sequence AS s ON s.seqrelid = c.oid
WHERE NOT EXISTS (SELECT FROM pg_depend AS d
	WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')
