SELECT count(*) FROM main.migrate_log WHERE version_table = {table}
