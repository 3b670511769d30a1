WITH named AS (
	SELECT oid, quote_ident(nspname) AS name FROM pg_namespace
	WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), found AS (
	SELECT 'pg_operator'::regclass AS class, o.oid,
		'operator ' || n.name || '.' || o.oprname || ' (' || concat_ws(', ',
		CASE o.oprleft WHEN 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END,
		CASE o.oprright WHEN 0 THEN 'NONE' ELSE format_type(o.oprright, NULL) END) || ')' AS text
	FROM pg_operator AS o JOIN named AS n ON n.oid = o.oprnamespace
	UNION ALL
	SELECT 'pg_opclass'::regclass, o.oid, 'operator class ' || n.name || '.' || quote_ident(o.opcname) ||
		' using ' || quote_ident(a.amname)
	FROM pg_opclass AS o JOIN named AS n ON n.oid = o.opcnamespace JOIN pg_am AS a ON a.oid = o.opcmethod
	UNION ALL
	SELECT 'pg_opfamily'::regclass, o.oid, 'operator family ' || n.name || '.' || quote_ident(o.opfname) ||
		' using ' || quote_ident(a.amname)
	FROM pg_opfamily AS o JOIN named AS n ON n.oid = o.opfnamespace JOIN pg_am AS a ON a.oid = o.opfmethod
	UNION ALL
	SELECT 'pg_cast'::regclass, oid,
		'cast (' || format_type(castsource, NULL) || ' as ' || format_type(casttarget, NULL) || ')'
	FROM pg_cast WHERE oid >= 16384
	UNION ALL
	SELECT 'pg_collation'::regclass, o.oid, 'collation ' || n.name || '.' || quote_ident(o.collname)
	FROM pg_collation AS o JOIN named AS n ON n.oid = o.collnamespace
	UNION ALL
	SELECT 'pg_conversion'::regclass, o.oid, 'conversion ' || n.name || '.' || quote_ident(o.conname)
	FROM pg_conversion AS o JOIN named AS n ON n.oid = o.connamespace
	UNION ALL
	SELECT 'pg_ts_config'::regclass, o.oid, 'text search configuration ' || n.name || '.' || quote_ident(o.cfgname)
	FROM pg_ts_config AS o JOIN named AS n ON n.oid = o.cfgnamespace
	UNION ALL
	SELECT 'pg_ts_dict'::regclass, o.oid, 'text search dictionary ' || n.name || '.' || quote_ident(o.dictname)
	FROM pg_ts_dict AS o JOIN named AS n ON n.oid = o.dictnamespace
	UNION ALL
	SELECT 'pg_ts_parser'::regclass, o.oid, 'text search parser ' || n.name || '.' || quote_ident(o.prsname)
	FROM pg_ts_parser AS o JOIN named AS n ON n.oid = o.prsnamespace
	UNION ALL
	SELECT 'pg_ts_template'::regclass, o.oid, 'text search template ' || n.name || '.' || quote_ident(o.tmplname)
	FROM pg_ts_template AS o JOIN named AS n ON n.oid = o.tmplnamespace
	UNION ALL
	SELECT 'pg_foreign_data_wrapper'::regclass, oid, 'foreign data wrapper ' || quote_ident(fdwname)
	FROM pg_foreign_data_wrapper
	UNION ALL
	SELECT 'pg_foreign_server'::regclass, oid, 'foreign server ' || quote_ident(srvname) FROM pg_foreign_server
	UNION ALL
	SELECT 'pg_user_mapping'::regclass, umid, 'user mapping for ' ||
		CASE umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(usename) END || ' on server ' || quote_ident(srvname)
	FROM pg_user_mappings
	UNION ALL
	SELECT 'pg_class'::regclass, c.oid, 'foreign table ' || n.name || '.' || quote_ident(c.relname)
	FROM pg_class AS c JOIN named AS n ON n.oid = c.relnamespace WHERE c.relkind = 'f'
	UNION ALL
	SELECT 'pg_class'::regclass, c.oid, 'tablespace ' || quote_ident(s.spcname) || ' of ' ||
		CASE WHEN c.relkind IN ('i', 'I') THEN 'index ' ELSE 'table ' END || n.name || '.' || quote_ident(c.relname)
	FROM pg_class AS c JOIN named AS n ON n.oid = c.relnamespace JOIN pg_tablespace AS s ON s.oid = c.reltablespace
	WHERE c.oid <> ALL ({ours})
	UNION ALL
	SELECT 'pg_class'::regclass, c.oid, 'invalid index ' || n.name || '.' || quote_ident(c.relname)
	FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indexrelid JOIN named AS n ON n.oid = c.relnamespace
	WHERE c.relkind = 'i' AND NOT x.indisvalid
	UNION ALL
	SELECT 'pg_class'::regclass, c.oid, 'detached partition ' || n.name || '.' || quote_ident(c.relname)
	FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid JOIN named AS n ON n.oid = c.relnamespace
	WHERE i.inhdetachpending
	UNION ALL
	SELECT 'pg_language'::regclass, oid, 'language ' || quote_ident(lanname) FROM pg_language WHERE oid >= 16384
	UNION ALL
	SELECT 'pg_transform'::regclass, t.oid, 'transform for ' || format_type(t.trftype, NULL) || ' language ' ||
		quote_ident(l.lanname)
	FROM pg_transform AS t JOIN pg_language AS l ON l.oid = t.trflang
	UNION ALL
	SELECT 'pg_am'::regclass, oid, 'access method ' || quote_ident(amname) FROM pg_am WHERE oid >= 16384
	UNION ALL
	SELECT 'pg_type'::regclass, t.oid, CASE WHEN t.typisdefined THEN 'base type ' ELSE 'shell type ' END ||
		n.name || '.' || quote_ident(t.typname)
	FROM pg_type AS t JOIN named AS n ON n.oid = t.typnamespace
	WHERE t.typtype = 'p' OR t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type AS e WHERE e.typarray = t.oid)
	UNION ALL
	SELECT 'pg_type'::regclass, t.oid, 'canonical function of range type ' || n.name || '.' || quote_ident(t.typname)
	FROM pg_range AS r JOIN pg_type AS t ON t.oid = r.rngtypid JOIN named AS n ON n.oid = t.typnamespace
	WHERE r.rngcanonical <> 0
	UNION ALL
	SELECT 'pg_type'::regclass, t.oid, 'comment on the row type of ' || n.name || '.' || quote_ident(t.typname)
	FROM pg_description AS d JOIN pg_type AS t ON t.oid = d.objoid AND d.classoid = 'pg_type'::regclass
	JOIN named AS n ON n.oid = t.typnamespace JOIN pg_class AS c ON c.oid = t.typrelid WHERE c.relkind <> 'c'
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
	SELECT 'pg_proc'::regclass, p.oid, 'privileges on ' || p.oid::regprocedure
	FROM pg_proc AS p LEFT JOIN pg_init_privs AS i ON i.classoid = 'pg_proc'::regclass AND i.objoid = p.oid
	WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proacl IS NOT NULL
	AND p.proacl::text <> COALESCE(i.initprivs, acldefault('f', p.proowner))::text
	UNION ALL
	SELECT 'pg_class'::regclass, c.oid, 'privileges on ' || c.oid::regclass
	FROM pg_class AS c LEFT JOIN pg_init_privs AS i ON i.classoid = 'pg_class'::regclass AND i.objoid = c.oid
		AND i.objsubid = 0
	WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relacl IS NOT NULL
	AND c.relacl::text <> COALESCE(i.initprivs, acldefault('r', c.relowner))::text
	UNION ALL
	SELECT NULL, NULL, 'large objects (' || count(*) || ')' FROM pg_largeobject_metadata HAVING count(*) > 0
	UNION ALL
	SELECT NULL, NULL, 'security label of ' || provider || ' on ' || objtype || ' ' || objname FROM pg_seclabels
)
SELECT f.text AS unsupported FROM found AS f
WHERE NOT EXISTS (SELECT FROM pg_depend AS e
	WHERE e.classid = f.class AND e.objid = f.oid
	AND (e.deptype = 'e' OR e.deptype = 'i' AND f.class = 'pg_cast'::regclass))
