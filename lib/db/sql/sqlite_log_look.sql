SELECT (SELECT coalesce(max(id), 0) FROM main.migrate_log),
	EXISTS (SELECT 1 FROM main.migrate_log WHERE +version_table = {table} AND segment IS NOT NULL)
