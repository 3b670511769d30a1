SELECT pg_catalog.to_regclass({name}) IS NOT NULL;
