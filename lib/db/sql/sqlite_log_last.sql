SELECT coalesce(max(id), 0) FROM main.migrate_log WHERE {table} IS NOT NULL
