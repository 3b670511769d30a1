SELECT found.role, found.pid, CAST(a.usename AS pg_catalog.text),
	NULLIF(a.application_name, ''), pg_catalog.host(a.client_addr),
	pg_catalog.to_char(pg_catalog.timezone('UTC', a.backend_start), 'YYYY-MM-DD HH24:MI:SS+00:00'),
	CASE WHEN a.wait_event_type OPERATOR(pg_catalog.=) 'Lock' THEN 'waiting for a lock'
		ELSE a.state END,
	CAST(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()
		OPERATOR(pg_catalog.-) a.state_change) AS pg_catalog.int8),
	CAST(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()
		OPERATOR(pg_catalog.-) a.xact_start) AS pg_catalog.int8),
	CASE WHEN a.state IS NOT NULL THEN NULLIF(a.query, '') END
FROM ({found}) AS found (role, pid)
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid OPERATOR(pg_catalog.=) found.pid
ORDER BY found.role, a.xact_start, a.backend_start, found.pid;
