DELETE FROM main.migrate_log WHERE version_table = {table} AND outcome = 'schema'
