WITH held AS (
	SELECT '1259/' || c.oid || '/0' AS id, c.relowner AS owner, c.relacl AS acl,
		acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner) AS usual, '' AS prefix
	FROM pg_class AS c
	WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relacl IS NOT NULL AND c.oid >= 16384
	AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass
		AND d.objid = c.oid AND d.deptype = 'i' AND c.relkind = 'S')
	UNION ALL
	SELECT '1259/' || d.refobjid || '/' || d.refobjsubid, c.relowner, c.relacl,
		acldefault('s', c.relowner), 'sequence '
	FROM pg_class AS c JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
		AND d.deptype = 'i'
	WHERE c.relkind = 'S' AND c.relacl IS NOT NULL
	UNION ALL
	SELECT '1259/' || c.oid || '/' || a.attnum, c.relowner, a.attacl, NULL, ''
	FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
	WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND c.oid >= 16384
	UNION ALL
	SELECT '1255/' || oid || '/0', proowner, proacl, acldefault('f', proowner), ''
	FROM pg_proc WHERE proacl IS NOT NULL AND oid >= 16384
	UNION ALL
	SELECT '1247/' || oid || '/0', typowner, typacl, acldefault('T', typowner), ''
	FROM pg_type WHERE typacl IS NOT NULL AND oid >= 16384
	UNION ALL
	SELECT '2615/' || oid || '/0', nspowner,
		COALESCE(nspacl, acldefault('n', nspowner)),
		acldefault('n', nspowner) || CASE WHEN nspname <> 'public' THEN '{}'
			WHEN current_setting('server_version_num')::int < 150000
			THEN ARRAY[makeaclitem(0, nspowner, 'USAGE', false), makeaclitem(0, nspowner, 'CREATE', false)]
			ELSE ARRAY[makeaclitem(0, nspowner, 'USAGE', false)] END, ''
	FROM pg_namespace WHERE nspacl IS NOT NULL OR nspname = 'public'
), item AS (
	SELECT h.id, h.prefix, h.owner, x.grantee, x.privilege_type, false AS usual, bool_or(x.is_grantable) AS grantable
	FROM held AS h CROSS JOIN LATERAL aclexplode(h.acl) AS x GROUP BY 1, 2, 3, 4, 5
	UNION ALL
	SELECT h.id, h.prefix, h.owner, x.grantee, x.privilege_type, true, bool_or(x.is_grantable)
	FROM held AS h CROSS JOIN LATERAL aclexplode(h.usual) AS x GROUP BY 1, 2, 3, 4, 5
), granted AS (
	SELECT id, prefix, owner, grantee,
		string_agg(privilege_type || CASE WHEN grantable THEN ' WITH GRANT OPTION' ELSE '' END, ', '
			ORDER BY privilege_type COLLATE "C") FILTER (WHERE NOT usual) AS text,
		string_agg(privilege_type || CASE WHEN grantable THEN ' WITH GRANT OPTION' ELSE '' END, ', '
			ORDER BY privilege_type COLLATE "C") FILTER (WHERE usual) AS usual
	FROM item GROUP BY 1, 2, 3, 4
)
SELECT * FROM (SELECT id, prefix || 'privileges of ' || CASE grantee WHEN 0 THEN 'PUBLIC' WHEN owner THEN 'CURRENT_USER'
		ELSE quote_ident(pg_get_userbyid(grantee)) END AS property,
	COALESCE(text, 'NONE') AS text
FROM granted WHERE text IS DISTINCT FROM usual
) AS said ORDER BY said.property COLLATE "C"
