(SELECT l.pid FROM pg_catalog.pg_locks AS l
	WHERE l.relation OPERATOR(pg_catalog.=)
		CAST(pg_catalog.to_regclass({version}) AS pg_catalog.oid)
	AND l.mode OPERATOR(pg_catalog.=) 'ShareRowExclusiveLock' AND l.granted
	AND l.database OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database AS d
		WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
	LIMIT 1)
