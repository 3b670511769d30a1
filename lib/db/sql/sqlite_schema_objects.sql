SELECT type, name, tbl_name, sql, rootpage FROM main.sqlite_schema
WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\' AND sql IS NOT NULL
ORDER BY name COLLATE BINARY
