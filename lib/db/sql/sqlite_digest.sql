SELECT type, name, tbl_name, sql FROM main.sqlite_schema
WHERE tbl_name <> ?1 COLLATE NOCASE AND tbl_name <> 'migrate_log' COLLATE NOCASE
ORDER BY type, name
