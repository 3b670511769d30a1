SELECT CAST(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())
	OPERATOR(pg_catalog.*) 1000000 AS pg_catalog.int8);
