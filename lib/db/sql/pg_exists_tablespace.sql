SELECT EXISTS (SELECT FROM pg_catalog.pg_tablespace WHERE spcname OPERATOR(pg_catalog.=)
	CAST((pg_catalog.parse_ident({name}))[1] AS pg_catalog.name));
