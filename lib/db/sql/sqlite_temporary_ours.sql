SELECT type, name FROM temp.sqlite_schema
WHERE type = 'trigger' AND tbl_name COLLATE NOCASE IN ({version_table}, 'migrate_log') LIMIT 1
