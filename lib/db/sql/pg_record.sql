WITH {changes}logged AS (
	INSERT INTO {log} (version_table, id, revision, direction, outcome, segment,
		started_at, finished_at, checksum, applied_by, tool_version, sql)
	SELECT {table}, COALESCE(last.id, 0) OPERATOR(pg_catalog.+) entry.number, entry.revision,
		{direction}, entry.outcome, entry.segment,
		CASE WHEN entry.outcome OPERATOR(pg_catalog.<>) 'started'
			AND last.outcome OPERATOR(pg_catalog.=) 'started'
			AND last.revision OPERATOR(pg_catalog.=) entry.revision
		THEN last.started_at
		ELSE GREATEST(pg_catalog.statement_timestamp(), last.finished_at) END,
		CASE WHEN entry.outcome OPERATOR(pg_catalog.<>) 'started'
		THEN pg_catalog.clock_timestamp() END,
		entry.checksum, {user}, {tool}, entry.sql
	FROM ({entries}) AS entry (number, revision, outcome, segment, checksum, sql)
	LEFT JOIN LATERAL (SELECT id, revision, outcome, started_at, finished_at FROM {log}
		WHERE version_table OPERATOR(pg_catalog.=) {table}
		ORDER BY id DESC LIMIT 1) AS last ON true
)
SELECT CASE
WHEN (pg_catalog.current_setting('migrate.token', true) OPERATOR(pg_catalog.=) {token}
	OR EXISTS (SELECT FROM pg_catalog.pg_lock_status() AS l
		WHERE l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
		AND l.relation OPERATOR(pg_catalog.=)
			CAST(CAST({version_literal} AS pg_catalog.regclass) AS pg_catalog.oid)
		AND l.mode OPERATOR(pg_catalog.=) 'ShareRowExclusiveLock' AND l.granted)
	) IS NOT TRUE
THEN CAST(CAST(pg_catalog.concat({token}, ' ended ', pg_catalog.pg_backend_pid())
	AS pg_catalog.int4) AS pg_catalog.text)
WHEN ({condition}) IS NOT TRUE
THEN CAST(CAST(pg_catalog.concat({token}, ' rows ', pg_catalog.pg_backend_pid())
	AS pg_catalog.int4) AS pg_catalog.text)
ELSE pg_catalog.concat({token}, ' ', {index}, ' ',
	CAST(pg_catalog.date_part('epoch', pg_catalog.statement_timestamp())
		OPERATOR(pg_catalog.*) 1000000 AS pg_catalog.int8), ' ',
	CAST(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())
		OPERATOR(pg_catalog.*) 1000000 AS pg_catalog.int8))
END;
