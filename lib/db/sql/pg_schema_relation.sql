WITH relation AS (
	SELECT c.*, format('%I.%I', n.nspname, c.relname) AS full_name
	FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
	WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
	AND c.oid <> ALL ({ours})
	AND NOT EXISTS (SELECT FROM pg_depend AS e
		WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
)
