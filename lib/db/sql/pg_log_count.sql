SELECT pg_catalog.count(*) FROM {log} WHERE version_table OPERATOR(pg_catalog.=) {table};
