{relation}
SELECT * FROM (SELECT CASE WHEN k.oid IS NOT NULL THEN '2606/' || k.oid || '/0'
		WHEN s.objid IS NOT NULL THEN '1259/' || s.refobjid || '/' || s.refobjsubid
		ELSE d.classoid || '/' || d.objoid || '/' || d.objsubid END AS id,
	CASE WHEN k.oid IS NOT NULL THEN 'index comment' WHEN s.objid IS NOT NULL THEN 'sequence comment'
		ELSE 'comment' END AS property,
	d.description AS text
FROM pg_description AS d
LEFT JOIN pg_constraint AS k ON d.classoid = 'pg_class'::regclass AND k.conindid = d.objoid
	AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_depend AS s ON s.classid = 'pg_class'::regclass AND s.objid = d.objoid
	AND d.classoid = 'pg_class'::regclass AND s.deptype = 'i' AND s.refclassid = 'pg_class'::regclass
	AND EXISTS (SELECT FROM relation AS q WHERE q.oid = s.objid AND q.relkind = 'S')
WHERE (d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass)
	AND NOT (d.classoid = 'pg_namespace'::regclass AND d.description = 'standard public schema')
) AS said ORDER BY said.property COLLATE "C"
