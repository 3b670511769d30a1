SELECT id, alias FROM (
	SELECT 1 AS place, '3079/' || refobjid || '/0' AS id, classid || '/' || objid || '/0' AS alias
	FROM pg_depend WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
	UNION ALL
	SELECT 2, CASE relkind WHEN 'c' THEN '1247/' || reltype ELSE '1259/' || oid END || '/0',
		CASE relkind WHEN 'c' THEN '1259/' || oid ELSE '1247/' || reltype END || '/0'
	FROM pg_class WHERE reltype <> 0 AND oid >= 16384 AND relkind <> 't'
	UNION ALL
	SELECT 2, '1247/' || rngtypid || '/0', '1247/' || rngmultitypid || '/0'
	FROM pg_range WHERE rngtypid >= 16384
	UNION ALL
	SELECT 2, '1259/' || ev_class || '/0', '2618/' || oid || '/0'
	FROM pg_rewrite WHERE rulename = '_RETURN' AND oid >= 16384
	UNION ALL
	SELECT 2, '2606/' || oid || '/0', '1259/' || conindid || '/0'
	FROM pg_constraint WHERE contype IN ('p', 'u', 'x') AND oid >= 16384
	UNION ALL
	SELECT 2, '1259/' || d.refobjid || '/' || d.refobjsubid, '1259/' || d.objid || '/0'
	FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid AND c.relkind = 'S'
	WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'i'
	UNION ALL
	SELECT 2, '2620/' || oid || '/0', '2606/' || tgconstraint || '/0'
	FROM pg_trigger WHERE NOT tgisinternal AND tgconstraint <> 0
	UNION ALL
	SELECT 2, '6104/' || prpubid || '/0', '6106/' || oid || '/0' FROM pg_publication_rel
{since_fifteen}	UNION ALL
{since_fifteen}	SELECT 2, '6104/' || pnpubid || '/0', '6237/' || oid || '/0' FROM pg_publication_namespace
	UNION ALL
	SELECT 3, '1247/' || typelem || '/0', '1247/' || oid || '/0'
	FROM pg_type WHERE typcategory = 'A' AND typelem <> 0 AND oid >= 16384
) AS found ORDER BY place
