SELECT s.name, CAST(s.reset_val AS pg_catalog.int8), CURRENT_USER, pg_catalog.current_database()
FROM pg_catalog.pg_settings AS s
WHERE s.name OPERATOR(pg_catalog.=) ANY (CAST(ARRAY['idle_in_transaction_session_timeout',
	'statement_timeout', 'transaction_timeout'] AS pg_catalog.text[]))
ORDER BY s.name;
