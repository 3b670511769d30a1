SELECT 'aggregate' AS kind, '1255/' || p.oid || '/0' AS id, NULL AS owner,
	format('%I.%I(%s)', n.nspname, p.proname,
		CASE p.pronargs WHEN 0 THEN '*' ELSE oidvectortypes(p.proargtypes) END) AS name, 0 AS position,
	CASE p.pronargs WHEN 0 THEN '*' ELSE pg_get_function_arguments(p.oid) END AS arguments,
	a.aggtransfn::regproc::text AS sfunc,
	format_type(a.aggtranstype, NULL) AS stype,
	NULLIF(a.aggtransspace, 0)::text AS sspace,
	NULLIF(a.aggfinalfn::regproc::text, '-') AS finalfunc,
	CASE WHEN a.aggfinalextra THEN 'yes' END AS finalfunc_extra,
	CASE a.aggfinalmodify WHEN CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN NULL
		WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END AS finalfunc_modify,
	NULLIF(a.aggcombinefn::regproc::text, '-') AS combinefunc,
	NULLIF(a.aggserialfn::regproc::text, '-') AS serialfunc,
	NULLIF(a.aggdeserialfn::regproc::text, '-') AS deserialfunc,
	quote_literal(a.agginitval) AS initcond,
	NULLIF(a.aggmtransfn::regproc::text, '-') AS msfunc,
	NULLIF(a.aggminvtransfn::regproc::text, '-') AS minvfunc,
	CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END AS mstype,
	NULLIF(a.aggmtransspace, 0)::text AS msspace,
	NULLIF(a.aggmfinalfn::regproc::text, '-') AS mfinalfunc,
	CASE WHEN a.aggmfinalextra THEN 'yes' END AS mfinalfunc_extra,
	CASE WHEN a.aggmtransfn <> 0 THEN
		CASE a.aggmfinalmodify WHEN CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN NULL
		WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END
		END AS mfinalfunc_modify,
	quote_literal(a.aggminitval) AS minitcond,
	(SELECT format('OPERATOR(%I.%s)', onn.nspname, o.oprname) FROM pg_operator AS o
		JOIN pg_namespace AS onn ON onn.oid = o.oprnamespace WHERE o.oid = a.aggsortop) AS sortop,
	CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END AS parallel,
	CASE a.aggkind WHEN 'h' THEN 'yes' END AS hypothetical
FROM pg_proc AS p JOIN pg_aggregate AS a ON a.aggfnoid = p.oid
JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
AND NOT EXISTS (SELECT FROM pg_depend AS e
	WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
