SELECT lower(name) = 'migrate_log', name, type, rootpage > 0, sql LIKE 'CREATE VIRTUAL %'
FROM main.sqlite_schema
WHERE type <> 'trigger' AND name COLLATE NOCASE IN ({version_table}, 'migrate_log')
