SELECT pg_catalog.pg_terminate_backend(l.pid)
FROM pg_catalog.pg_locks AS l
WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory' AND l.granted
AND l.classid OPERATOR(pg_catalog.=) CAST({space} AS pg_catalog.oid)
AND l.objid OPERATOR(pg_catalog.=) CAST({object} AS pg_catalog.oid)
AND l.objsubid OPERATOR(pg_catalog.=) 2
AND l.database OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database AS d
	WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
AND l.pid OPERATOR(pg_catalog.=) {pid};
