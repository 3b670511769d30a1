SELECT CASE WHEN pg_catalog.current_setting('migrate.user', true) OPERATOR(pg_catalog.<>) ''
		AND pg_catalog.current_setting('migrate.user', true)
			OPERATOR(pg_catalog.<>) CAST(SESSION_USER AS pg_catalog.text)
	THEN pg_catalog.set_config('session_authorization',
		pg_catalog.current_setting('migrate.user', true), false) END,
	CASE WHEN pg_catalog.current_setting('migrate.role', true) OPERATOR(pg_catalog.<>) ''
	THEN pg_catalog.set_config('role', pg_catalog.current_setting('migrate.role', true), false) END;
