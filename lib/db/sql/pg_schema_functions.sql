SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END AS kind,
	'1255/' || p.oid || '/0' AS id, NULL AS owner,
	format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)) AS name, 0 AS position,
	pg_get_function_arguments(p.oid) AS arguments, pg_get_function_result(p.oid) AS returns,
	rtrim(pg_get_functiondef(p.oid), E'\n') AS definition
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND p.prokind <> 'a'
AND NOT EXISTS (SELECT FROM pg_depend AS e
	WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i'))
