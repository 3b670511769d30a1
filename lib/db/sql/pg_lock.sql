SELECT attempt.taken, CASE WHEN NOT attempt.taken THEN (
	SELECT pg_catalog.concat('pid ', l.pid,
		', user ' OPERATOR(pg_catalog.||) CAST(a.usename AS pg_catalog.text),
		CASE WHEN a.application_name OPERATOR(pg_catalog.<>) '' THEN
			', ' OPERATOR(pg_catalog.||) a.application_name END,
		', from ' OPERATOR(pg_catalog.||) pg_catalog.host(a.client_addr),
		', connected at ' OPERATOR(pg_catalog.||)
			pg_catalog.to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS'),
		CASE WHEN pg_catalog.set_config('application_name', {waiting}, false) IS NULL THEN '' END)
	FROM pg_catalog.pg_locks AS l
	LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid OPERATOR(pg_catalog.=) l.pid
	WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory' AND l.granted
	AND l.classid OPERATOR(pg_catalog.=) CAST({space} AS pg_catalog.oid)
	AND l.objid OPERATOR(pg_catalog.=) CAST({object} AS pg_catalog.oid)
	AND l.objsubid OPERATOR(pg_catalog.=) 2
	AND l.database OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database AS d
		WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
	LIMIT 1) END
FROM (SELECT pg_catalog.pg_try_advisory_lock({space}, {key}) AS taken OFFSET 0) AS attempt;
