SELECT
	pg_catalog.pg_backend_pid(),
	pg_catalog.current_setting('statement_timeout'),
	pg_catalog.pg_is_in_recovery(),
	pg_catalog.version() OPERATOR(pg_catalog.~~) '%linux%',
	home.nspname,
	version.relkind,
	shape.columns,
	shape.number,
	shape.type,
	shape.modifier,
	(SELECT log.relkind FROM pg_catalog.pg_class AS log
		WHERE log.relnamespace OPERATOR(pg_catalog.=) home.oid
		AND log.relname OPERATOR(pg_catalog.=) 'migrate_log'),
	(SELECT pg_catalog.count(*) OPERATOR(pg_catalog.=) 12
		FROM pg_catalog.pg_class AS log
		JOIN pg_catalog.pg_attribute AS c ON c.attrelid OPERATOR(pg_catalog.=) log.oid
		WHERE log.relnamespace OPERATOR(pg_catalog.=) home.oid
		AND log.relname OPERATOR(pg_catalog.=) 'migrate_log'
		AND NOT c.attisdropped AND c.attname OPERATOR(pg_catalog.=) ANY (
			CAST(ARRAY['version_table', 'id', 'revision', 'direction', 'outcome',
			'segment', 'started_at', 'finished_at', 'checksum', 'applied_by',
			'tool_version', 'sql'] AS pg_catalog.name[]))),
	CASE WHEN pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.=) {pid} THEN pg_catalog.concat(
		pg_catalog.set_config('lock_timeout', {lock_timeout}, false),
		pg_catalog.set_config('statement_timeout', {statement_timeout}, false),
		CASE WHEN {read_only} THEN
			pg_catalog.set_config('default_transaction_read_only', 'on', false) END,
		CASE WHEN pg_catalog.version() OPERATOR(pg_catalog.~~) '%linux%' THEN
			pg_catalog.set_config('client_connection_check_interval', {check_interval}, false)
		END,
		CASE WHEN {tcp} THEN pg_catalog.concat(
			pg_catalog.set_config('tcp_keepalives_idle', '10', false),
			pg_catalog.set_config('tcp_keepalives_interval', '5', false),
			pg_catalog.set_config('tcp_keepalives_count', '4', false),
			pg_catalog.set_config('tcp_user_timeout', '30000', false)) END,
		pg_catalog.set_config('standard_conforming_strings', 'on', false)) END,
	CAST(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()
		OPERATOR(pg_catalog.-) pg_catalog.statement_timestamp())
		OPERATOR(pg_catalog.*) 1000000 AS pg_catalog.int8)
FROM (SELECT CAST(pg_catalog.to_regclass({name}) AS pg_catalog.oid) AS oid) AS found
LEFT JOIN pg_catalog.pg_class AS version ON version.oid OPERATOR(pg_catalog.=) found.oid
LEFT JOIN pg_catalog.pg_namespace AS home ON home.oid OPERATOR(pg_catalog.=) COALESCE(
	version.relnamespace, CAST(pg_catalog.to_regnamespace({home}) AS pg_catalog.oid))
LEFT JOIN LATERAL (
	SELECT
		pg_catalog.string_agg(pg_catalog.concat(a.attname, ' ',
			pg_catalog.format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum),
		pg_catalog.count(*),
		pg_catalog.max(a.atttypid) FILTER (WHERE a.attname OPERATOR(pg_catalog.=) 'version_num'),
		pg_catalog.max(a.atttypmod)
	FROM pg_catalog.pg_attribute AS a
	WHERE a.attrelid OPERATOR(pg_catalog.=) found.oid AND a.attnum OPERATOR(pg_catalog.>) 0
	AND NOT a.attisdropped
) AS shape (columns, number, type, modifier) ON true;
