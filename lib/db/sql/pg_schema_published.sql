SELECT * FROM (
SELECT '6104/' || r.prpubid || '/0' AS id, 'table ' || format('%I.%I', n.nspname, c.relname) AS property,
{below_fifteen}	'yes' AS text
{since_fifteen}	COALESCE((SELECT '(' || string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) || ')'
{since_fifteen}		FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum = ANY (r.prattrs))
{since_fifteen}		|| COALESCE(' WHERE (' || pg_get_expr(r.prqual, c.oid) || ')', ''),
{since_fifteen}		'WHERE (' || pg_get_expr(r.prqual, c.oid) || ')', 'yes') AS text
FROM pg_publication_rel AS r JOIN pg_class AS c ON c.oid = r.prrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid <> ALL ({ours})
{since_fifteen}UNION ALL
{since_fifteen}SELECT '6104/' || s.pnpubid || '/0', 'schema ' || quote_ident(n.nspname), 'yes'
{since_fifteen}FROM pg_publication_namespace AS s JOIN pg_namespace AS n ON n.oid = s.pnnspid
) AS said ORDER BY said.property COLLATE "C"
