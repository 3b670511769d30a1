{relation}
SELECT 'policy' AS kind, '3256/' || p.oid || '/0' AS id, '1259/' || c.oid || '/0' AS owner,
	quote_ident(p.polname) AS name, 0 AS position,
	CASE WHEN NOT p.polpermissive THEN 'yes' END AS restrictive,
	CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
		WHEN 'd' THEN 'DELETE' END AS for,
	(SELECT string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname)
		FROM pg_roles AS r WHERE r.oid = ANY (p.polroles)) AS to,
	pg_get_expr(p.polqual, p.polrelid) AS using,
	pg_get_expr(p.polwithcheck, p.polrelid) AS "with check"
FROM relation AS c JOIN pg_policy AS p ON p.polrelid = c.oid
