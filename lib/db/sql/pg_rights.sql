SELECT
	CURRENT_USER,
	me.rolsuper,
	me.rolcreatedb,
	pg_catalog.current_database(),
	pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
	(SELECT s.reset_val FROM pg_catalog.pg_settings AS s
		WHERE s.name OPERATOR(pg_catalog.=) 'default_transaction_read_only'),
	home.nspname,
	pg_catalog.has_schema_privilege(home.oid, 'USAGE'),
	pg_catalog.has_schema_privilege(home.oid, 'CREATE'),
	version.oid,
	(SELECT pg_catalog.string_agg(p.name, ', ' ORDER BY p.place)
		FROM pg_catalog.unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'])
			WITH ORDINALITY AS p (name, place)
		WHERE NOT pg_catalog.has_table_privilege(version.oid, p.name)),
	log.oid,
	(SELECT pg_catalog.string_agg(p.name, ', ' ORDER BY p.place)
		FROM pg_catalog.unnest(ARRAY['SELECT', 'INSERT']) WITH ORDINALITY AS p (name, place)
		WHERE NOT pg_catalog.has_table_privilege(log.oid, p.name))
FROM pg_catalog.pg_roles AS me
LEFT JOIN pg_catalog.pg_namespace AS home ON home.nspname OPERATOR(pg_catalog.=) COALESCE(
	CAST({home} AS pg_catalog.name), pg_catalog.current_schema(), (
		SELECT n.nspname
		FROM pg_catalog.unnest(pg_catalog.string_to_array(
			pg_catalog.current_setting('search_path'), ',')) WITH ORDINALITY AS path (name, place)
		JOIN pg_catalog.pg_namespace AS n ON CAST(n.nspname AS pg_catalog.text)
			OPERATOR(pg_catalog.=) pg_catalog.replace(
				pg_catalog.btrim(path.name, ' "'), '$user', CURRENT_USER)
		ORDER BY path.place LIMIT 1))
LEFT JOIN pg_catalog.pg_class AS version ON version.relnamespace OPERATOR(pg_catalog.=) home.oid
	AND version.relname OPERATOR(pg_catalog.=) {table}
	AND version.relkind OPERATOR(pg_catalog.=) ANY (CAST(ARRAY['r', 'p'] AS pg_catalog."char"[]))
LEFT JOIN pg_catalog.pg_class AS log ON log.relnamespace OPERATOR(pg_catalog.=) home.oid
	AND log.relname OPERATOR(pg_catalog.=) 'migrate_log'
	AND log.relkind OPERATOR(pg_catalog.=) ANY (CAST(ARRAY['r', 'p'] AS pg_catalog."char"[]))
WHERE me.rolname OPERATOR(pg_catalog.=) CURRENT_USER;
