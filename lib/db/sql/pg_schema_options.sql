{relation}
SELECT * FROM (
SELECT id, 'option ' || prefix || split_part(v, '=', 1) AS property,
	CASE WHEN quote_ident(substr(v, strpos(v, '=') + 1)) = substr(v, strpos(v, '=') + 1)
		THEN substr(v, strpos(v, '=') + 1) ELSE quote_literal(substr(v, strpos(v, '=') + 1)) END AS text
FROM (
	SELECT CASE WHEN k.oid IS NULL THEN '1259/' || c.oid ELSE '2606/' || k.oid END || '/0' AS id,
		'' AS prefix, unnest(c.reloptions) AS v
	FROM relation AS c LEFT JOIN pg_constraint AS k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
	WHERE c.reloptions IS NOT NULL
	UNION ALL
	SELECT '1259/' || c.oid || '/0', 'toast.', unnest(t.reloptions)
	FROM relation AS c JOIN pg_class AS t ON t.oid = c.reltoastrelid
	WHERE t.reloptions IS NOT NULL
	UNION ALL
	SELECT '1259/' || c.oid || '/' || a.attnum, '', unnest(a.attoptions)
	FROM relation AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
	WHERE a.attoptions IS NOT NULL
) AS option
UNION ALL
SELECT CASE WHEN k.oid IS NULL THEN '1259/' || c.oid ELSE '2606/' || k.oid END || '/0',
	'statistics ' || a.attnum, a.attstattarget::text
FROM relation AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attstattarget >= 0 AND a.attnum > 0
LEFT JOIN pg_constraint AS k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
WHERE c.relkind IN ('i', 'I')
UNION ALL
SELECT d.classid || '/' || d.objid || '/0', 'depends on extension ' || quote_ident(e.extname), 'yes'
FROM pg_depend AS d JOIN pg_extension AS e ON e.oid = d.refobjid
WHERE d.deptype = 'x' AND d.refclassid = 'pg_extension'::regclass
) AS said ORDER BY said.property COLLATE "C"
