SELECT 'schema' AS kind, '2615/' || n.oid || '/0' AS id, NULL AS owner, quote_ident(n.nspname) AS name,
	0 AS position,
	CASE WHEN n.nspname = 'public' AND obj_description(n.oid, 'pg_namespace') IS NULL
		THEN 'yes' END AS "no comment"
FROM pg_namespace AS n
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
AND NOT EXISTS (SELECT FROM pg_depend AS e
	WHERE e.classid = 'pg_namespace'::regclass AND e.objid = n.oid AND e.deptype = 'e')
