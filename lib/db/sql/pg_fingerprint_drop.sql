DELETE FROM {log} WHERE version_table OPERATOR(pg_catalog.=) {table}
AND outcome OPERATOR(pg_catalog.=) 'schema';
