SELECT 'extension' AS kind, '3079/' || e.oid || '/0' AS id, NULL AS owner, quote_ident(e.extname) AS name,
	0 AS position, quote_ident(n.nspname) AS schema
FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
WHERE e.oid >= 16384
