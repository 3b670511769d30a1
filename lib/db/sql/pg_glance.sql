SELECT version.schema, version.type, pg_catalog.pg_relation_size(
	pg_catalog.to_regclass(pg_catalog.textcat(
		pg_catalog.quote_ident(version.schema), '.migrate_log')))
FROM pg_catalog.pg_identify_object(1259, pg_catalog.to_regclass({name}), 0) AS version;
