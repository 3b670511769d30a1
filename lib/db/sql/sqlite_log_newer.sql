SELECT EXISTS (SELECT 1 FROM main.migrate_log
	WHERE version_table = {table} AND id > {id} AND revision = {revision})
