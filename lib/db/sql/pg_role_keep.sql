SELECT pg_catalog.set_config('migrate.role', pg_catalog.current_setting('role'), false),
	pg_catalog.set_config('migrate.user', CAST(SESSION_USER AS pg_catalog.text), false);
