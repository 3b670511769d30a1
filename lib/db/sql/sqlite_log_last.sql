SELECT coalesce(max(id), 0) FROM main.migrate_log WHERE version_table = {table}
