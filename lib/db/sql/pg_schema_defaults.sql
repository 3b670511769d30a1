{relation}
SELECT 'default of column' AS kind, '2604/' || d.oid || '/0' AS id,
	'1259/' || c.oid || '/' || a.attnum AS owner, quote_ident(a.attname) AS name, 0 AS position,
	CASE a.attgenerated WHEN 's' THEN 'STORED' WHEN 'v' THEN 'VIRTUAL' END AS generated,
	pg_get_expr(d.adbin, d.adrelid) AS expression
FROM relation AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE a.attgenerated = '' OR a.attinhcount = 0 OR c.relispartition
OR a.attislocal AND current_setting('server_version_num')::int >= 160000
UNION ALL
SELECT 'default of column', 'no default/' || c.oid || '/' || a.attnum,
	'1259/' || c.oid || '/' || a.attnum, quote_ident(a.attname), 0, NULL, 'NULL'
FROM relation AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND NOT c.relispartition AND a.attinhcount > 0 AND NOT a.atthasdef
AND EXISTS (SELECT FROM pg_inherits AS i JOIN pg_attribute AS p ON p.attrelid = i.inhparent
	WHERE i.inhrelid = c.oid AND p.attname = a.attname AND p.atthasdef AND p.attgenerated = '')
