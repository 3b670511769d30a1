SET LOCAL statement_timeout = 1000;
WITH me (pid) AS (SELECT {pid}),
found (phase, done, total) AS (
	SELECT p.phase OPERATOR(pg_catalog.||) CASE WHEN p.current_locker_pid OPERATOR(pg_catalog.>) 0
			THEN ' (pid ' OPERATOR(pg_catalog.||) CAST(p.current_locker_pid AS pg_catalog.text)
				OPERATOR(pg_catalog.||) ')' ELSE '' END,
		CASE WHEN pg_catalog.strpos(p.phase, 'loading tuples') OPERATOR(pg_catalog.>) 0
			THEN p.tuples_done ELSE p.blocks_done END,
		CASE WHEN pg_catalog.strpos(p.phase, 'loading tuples') OPERATOR(pg_catalog.>) 0
			THEN p.tuples_total
			WHEN pg_catalog.strpos(p.phase, 'scan') OPERATOR(pg_catalog.>) 0
			OR p.phase OPERATOR(pg_catalog.=) 'building index' THEN p.blocks_total END
	FROM me JOIN pg_catalog.pg_stat_progress_create_index AS p ON p.pid OPERATOR(pg_catalog.=) me.pid
	UNION ALL
	SELECT p.phase,
		CASE WHEN p.phase OPERATOR(pg_catalog.=) 'scanning heap' THEN p.heap_blks_scanned
			WHEN p.phase OPERATOR(pg_catalog.=) 'vacuuming heap' THEN p.heap_blks_vacuumed END,
		p.heap_blks_total
	FROM me JOIN pg_catalog.pg_stat_progress_vacuum AS p ON p.pid OPERATOR(pg_catalog.=) me.pid
	UNION ALL
	SELECT p.phase, p.heap_blks_scanned,
		CASE WHEN p.phase OPERATOR(pg_catalog.=) 'seq scanning heap' THEN p.heap_blks_total END
	FROM me JOIN pg_catalog.pg_stat_progress_cluster AS p ON p.pid OPERATOR(pg_catalog.=) me.pid
	UNION ALL
	SELECT 'copying, ' OPERATOR(pg_catalog.||) CAST(p.tuples_processed AS pg_catalog.text)
			OPERATOR(pg_catalog.||) ' rows',
		p.bytes_processed, p.bytes_total
	FROM me JOIN pg_catalog.pg_stat_progress_copy AS p ON p.pid OPERATOR(pg_catalog.=) me.pid
	UNION ALL
	SELECT p.phase, p.sample_blks_scanned,
		CASE WHEN p.phase OPERATOR(pg_catalog.=) 'acquiring sample rows' THEN p.sample_blks_total END
	FROM me JOIN pg_catalog.pg_stat_progress_analyze AS p ON p.pid OPERATOR(pg_catalog.=) me.pid
	UNION ALL
	SELECT 'waiting for a lock' OPERATOR(pg_catalog.||) COALESCE(' of pid '
			OPERATOR(pg_catalog.||) CAST((pg_catalog.pg_blocking_pids(a.pid))[1] AS pg_catalog.text), ''),
		NULL, NULL
	FROM me JOIN pg_catalog.pg_stat_activity AS a ON a.pid OPERATOR(pg_catalog.=) me.pid
	WHERE a.wait_event_type OPERATOR(pg_catalog.=) 'Lock'
)
SELECT found.phase, CASE WHEN found.total OPERATOR(pg_catalog.>) 0
	AND found.done OPERATOR(pg_catalog.<=) found.total
	THEN (found.done OPERATOR(pg_catalog.*) 100) OPERATOR(pg_catalog./) found.total END
FROM found LIMIT 1;
