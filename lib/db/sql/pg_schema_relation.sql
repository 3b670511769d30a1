WITH relation AS (
	SELECT c.*, format('%I.%I', n.nspname, c.relname) AS full_name
	FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
	WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
	AND c.relkind <> 'f' AND c.oid <> ALL ({ours})
	AND NOT EXISTS (SELECT FROM pg_depend AS e
		WHERE e.deptype = 'e' AND e.classid = CASE c.relkind WHEN 'c' THEN 'pg_type'::regclass
			ELSE 'pg_class'::regclass END AND e.objid = CASE c.relkind WHEN 'c' THEN c.reltype ELSE c.oid END)
)
