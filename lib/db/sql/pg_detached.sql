SELECT pg_catalog.to_regclass({partition}) IS NOT NULL AND pg_catalog.to_regclass({table}) IS NOT NULL,
	(SELECT i.inhdetachpending FROM pg_catalog.pg_inherits AS i
		WHERE i.inhparent OPERATOR(pg_catalog.=) CAST(pg_catalog.to_regclass({table}) AS pg_catalog.oid)
		AND i.inhrelid OPERATOR(pg_catalog.=) CAST(pg_catalog.to_regclass({partition}) AS pg_catalog.oid));
