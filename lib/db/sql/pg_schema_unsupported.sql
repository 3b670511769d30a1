WITH named AS (
	SELECT oid, quote_ident(nspname) AS name FROM pg_namespace
	WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), plain AS (
	SELECT 'pg_operator'::regclass AS class, oid FROM pg_operator WHERE oid >= 16384
	UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass WHERE oid >= 16384
	UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily WHERE oid >= 16384
	UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast WHERE oid >= 16384
	UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation WHERE oid >= 16384
	UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion WHERE oid >= 16384
	UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config WHERE oid >= 16384
	UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict WHERE oid >= 16384
	UNION ALL SELECT 'pg_ts_parser'::regclass, oid FROM pg_ts_parser WHERE oid >= 16384
	UNION ALL SELECT 'pg_ts_template'::regclass, oid FROM pg_ts_template WHERE oid >= 16384
	UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper WHERE oid >= 16384
	UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server WHERE oid >= 16384
	UNION ALL SELECT 'pg_user_mapping'::regclass, umid FROM pg_user_mappings
	UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language WHERE oid >= 16384
	UNION ALL SELECT 'pg_transform'::regclass, oid FROM pg_transform WHERE oid >= 16384
	UNION ALL SELECT 'pg_am'::regclass, oid FROM pg_am WHERE oid >= 16384
	UNION ALL SELECT 'pg_class'::regclass, oid FROM pg_class WHERE oid >= 16384 AND relkind = 'f'
), found AS (
	SELECT p.class, p.oid, CASE i.type WHEN 'server' THEN 'foreign server' ELSE replace(i.type, '-', ' ') END ||
		' ' || i.identity AS text
	FROM plain AS p, pg_identify_object(p.class, p.oid, 0) AS i
	WHERE i.schema IS NULL OR i.schema !~ '^pg_' AND i.schema <> 'information_schema'
	UNION ALL
	SELECT 'pg_class'::regclass, c.oid, 'tablespace ' || quote_ident(s.spcname) || ' of ' ||
		CASE WHEN c.relkind IN ('i', 'I') THEN 'index ' ELSE 'table ' END || n.name || '.' || quote_ident(c.relname)
	FROM pg_class AS c JOIN named AS n ON n.oid = c.relnamespace JOIN pg_tablespace AS s ON s.oid = c.reltablespace
	WHERE c.oid >= 16384 AND c.oid <> ALL ({ours})
	UNION ALL
	SELECT 'pg_class'::regclass, c.oid, 'invalid index ' || n.name || '.' || quote_ident(c.relname)
	FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indexrelid JOIN named AS n ON n.oid = c.relnamespace
	WHERE x.indexrelid >= 16384 AND c.relkind = 'i' AND NOT x.indisvalid
	UNION ALL
	SELECT 'pg_class'::regclass, c.oid, 'detached partition ' || n.name || '.' || quote_ident(c.relname)
	FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid JOIN named AS n ON n.oid = c.relnamespace
	WHERE i.inhdetachpending
	UNION ALL
	SELECT 'pg_type'::regclass, t.oid, CASE WHEN t.typisdefined THEN 'base type ' ELSE 'shell type ' END ||
		n.name || '.' || quote_ident(t.typname)
	FROM pg_type AS t JOIN named AS n ON n.oid = t.typnamespace
	WHERE t.oid >= 16384 AND (t.typtype = 'p' OR t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type AS e WHERE e.typarray = t.oid))
	UNION ALL
	SELECT 'pg_type'::regclass, t.oid, 'canonical function of range type ' || n.name || '.' || quote_ident(t.typname)
	FROM pg_range AS r JOIN pg_type AS t ON t.oid = r.rngtypid JOIN named AS n ON n.oid = t.typnamespace
	WHERE r.rngtypid >= 16384 AND r.rngcanonical <> 0
	UNION ALL
	SELECT 'pg_type'::regclass, t.oid, 'comment on the row type of ' || n.name || '.' || quote_ident(t.typname)
	FROM pg_description AS d JOIN pg_type AS t ON t.oid = d.objoid
	JOIN named AS n ON n.oid = t.typnamespace JOIN pg_class AS c ON c.oid = t.typrelid
	WHERE d.classoid = 'pg_type'::regclass AND d.objoid >= 16384 AND c.relkind <> 'c'
	UNION ALL
	SELECT 'pg_subscription'::regclass, s.oid, 'subscription ' || quote_ident(s.subname)
	FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid WHERE d.datname = current_database()
	UNION ALL
	SELECT 'pg_default_acl'::regclass, a.oid, 'default privileges of ' || quote_ident(pg_get_userbyid(a.defaclrole)) ||
		COALESCE(' in schema ' || quote_ident(n.nspname), '') || ' on ' || CASE a.defaclobjtype
		WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
		WHEN 'n' THEN 'schemas' ELSE 'large objects' END
	FROM pg_default_acl AS a LEFT JOIN pg_namespace AS n ON n.oid = a.defaclnamespace
	UNION ALL
	SELECT DISTINCT 'pg_constraint'::regclass, k.oid, 'disabled trigger of constraint ' || quote_ident(k.conname) ||
		' on ' || n.name || '.' || quote_ident(c.relname)
	FROM pg_trigger AS t JOIN pg_constraint AS k ON k.oid = t.tgconstraint AND k.contype <> 't'
	JOIN pg_class AS c ON c.oid = t.tgrelid JOIN named AS n ON n.oid = c.relnamespace
	WHERE t.tgenabled <> 'O'
	UNION ALL
	SELECT o.class, o.oid, 'privileges on ' || CASE o.kind WHEN 'f' THEN o.oid::regprocedure::text
		ELSE o.oid::regclass::text END
	FROM (
		SELECT 'pg_proc'::regclass AS class, oid, 'f'::"char" AS kind, proacl AS acl, proowner AS owner
		FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proacl IS NOT NULL
		UNION ALL
		SELECT 'pg_class'::regclass, oid, 'r', relacl, relowner
		FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relacl IS NOT NULL
	) AS o LEFT JOIN pg_init_privs AS i ON i.classoid = o.class AND i.objoid = o.oid AND i.objsubid = 0
	WHERE o.acl::text <> COALESCE(i.initprivs, acldefault(o.kind, o.owner))::text
	UNION ALL
	SELECT NULL, NULL, 'large objects (' || count(*) || ')' FROM pg_largeobject_metadata HAVING count(*) > 0
	UNION ALL
	SELECT NULL, NULL, 'security label of ' || l.provider || ' on ' || i.type || ' ' || i.identity
	FROM (
		SELECT classoid, objoid, objsubid, provider FROM pg_seclabel
		UNION ALL SELECT classoid, objoid, 0, provider FROM pg_shseclabel
	) AS l, pg_identify_object(l.classoid, l.objoid, l.objsubid) AS i
)
SELECT f.text AS unsupported FROM found AS f
WHERE NOT EXISTS (SELECT FROM pg_depend AS e
	WHERE e.classid = f.class AND e.objid = f.oid
	AND (e.deptype = 'e' OR e.deptype = 'i' AND f.class = 'pg_cast'::regclass))
