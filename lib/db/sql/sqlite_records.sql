SELECT id, revision, direction, outcome, segment IS NOT NULL, checksum FROM main.migrate_log
WHERE +version_table = {table}
