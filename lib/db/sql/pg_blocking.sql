SELECT DISTINCT 0, blocking.pid
FROM pg_catalog.pg_stat_activity AS me
CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(me.pid)) AS blocking (pid)
WHERE me.wait_event_type OPERATOR(pg_catalog.=) 'Lock' AND me.pid OPERATOR(pg_catalog.=) {pid}
