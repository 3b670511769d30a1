{relation}, {sequence}, identity AS (
	SELECT d.refobjid, d.refobjsubid, c.full_name, s.*
	FROM pg_depend AS d JOIN relation AS c ON c.oid = d.objid JOIN sequence AS s ON s.seqrelid = c.oid
	WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
), owned AS (
	SELECT d.refobjid, d.refobjsubid, string_agg(c.full_name, ', ' ORDER BY c.full_name COLLATE "C") AS names
	FROM pg_depend AS d JOIN relation AS c ON c.oid = d.objid AND c.relkind = 'S'
	WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'
	GROUP BY d.refobjid, d.refobjsubid
)
SELECT 'column' AS kind, '1259/' || c.oid || '/' || a.attnum AS id,
	CASE c.relkind WHEN 'c' THEN '1247/' || c.reltype ELSE '1259/' || c.oid END || '/0' AS owner,
	quote_ident(a.attname) AS name,
	row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum) AS position,
	CASE WHEN h.inherited THEN 'yes' END AS inherited,
	format_type(a.atttypid, a.atttypmod) AS type,
	CASE WHEN a.attcollation <> t.typcollation THEN format('%I.%I', n.nspname, o.collname) END AS collation,
	CASE WHEN a.attnotnull AND NOT (h.inherited AND EXISTS (
			SELECT FROM pg_inherits AS i JOIN pg_attribute AS p ON p.attrelid = i.inhparent
			WHERE i.inhrelid = c.oid AND p.attname = a.attname AND p.attnotnull))
		THEN 'yes' END AS "not null",
	CASE WHEN c.relispartition THEN NULL WHEN a.attidentity = 'a' THEN 'ALWAYS'
		WHEN a.attidentity = 'd' THEN 'BY DEFAULT' END AS identity,
	i.full_name AS "identity sequence", i.start AS "identity start", i.increment AS "identity increment",
	i.minvalue AS "identity minvalue", i.maxvalue AS "identity maxvalue", i.cache AS "identity cache",
	i.cycle AS "identity cycle",
	w.names AS owns,
	CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN'
		WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END AS storage,
	CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
	CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::text END AS statistics
FROM relation AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
JOIN pg_type AS t ON t.oid = a.atttypid
CROSS JOIN LATERAL (SELECT NOT a.attislocal AND NOT c.relispartition AS inherited) AS h
LEFT JOIN pg_collation AS o ON o.oid = a.attcollation
LEFT JOIN pg_namespace AS n ON n.oid = o.collnamespace
LEFT JOIN identity AS i ON i.refobjid = c.oid AND i.refobjsubid = a.attnum AND NOT c.relispartition
LEFT JOIN owned AS w ON w.refobjid = c.oid AND w.refobjsubid = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped
AND (c.relkind IN ('r', 'p', 'c') OR c.relkind IN ('v', 'm') AND (a.attacl IS NOT NULL
	OR a.atthasdef OR a.attoptions IS NOT NULL OR a.attstattarget >= 0 OR w.names IS NOT NULL
	OR a.attstorage <> t.typstorage OR a.attcompression <> ''
	OR col_description(c.oid, a.attnum) IS NOT NULL))
