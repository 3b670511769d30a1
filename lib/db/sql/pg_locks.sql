WITH mine AS (
	SELECT l.pid, l.locktype, l.mode, l.granted FROM pg_catalog.pg_locks AS l
	WHERE l.database OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database AS d
		WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
	AND (l.relation OPERATOR(pg_catalog.=) CAST(pg_catalog.to_regclass({version}) AS pg_catalog.oid)
		OR l.locktype OPERATOR(pg_catalog.=) 'advisory' AND l.objsubid OPERATOR(pg_catalog.=) 2
		AND l.classid OPERATOR(pg_catalog.=) CAST({space} AS pg_catalog.oid)
		AND l.objid OPERATOR(pg_catalog.=) CAST({object} AS pg_catalog.oid))
), holder AS (
	SELECT 0 AS role, pid FROM mine
	WHERE locktype OPERATOR(pg_catalog.=) 'advisory' AND granted
	UNION ALL
	SELECT 1, pid FROM mine
	WHERE locktype OPERATOR(pg_catalog.=) 'relation' AND granted
	AND mode OPERATOR(pg_catalog.=) 'ShareRowExclusiveLock'
)
SELECT DISTINCT everybody.role, everybody.pid FROM (
	SELECT role, pid FROM holder
	UNION ALL
	SELECT 2, pid FROM pg_catalog.pg_stat_activity
	WHERE application_name OPERATOR(pg_catalog.=) {waiting}
	AND datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
	UNION ALL
	SELECT 2, pid FROM mine
	WHERE locktype OPERATOR(pg_catalog.=) 'relation' AND NOT granted
	AND mode OPERATOR(pg_catalog.=) 'ShareRowExclusiveLock'
	UNION ALL
	SELECT 3, blocking.pid FROM holder
	CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(holder.pid)) AS blocking (pid)
	UNION ALL
	SELECT 3, pid FROM mine
	WHERE locktype OPERATOR(pg_catalog.=) 'relation' AND granted
	AND mode OPERATOR(pg_catalog.<>) ALL (ARRAY['AccessShareLock', 'RowShareLock'])
) AS everybody
