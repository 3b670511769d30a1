SELECT name FROM main.sqlite_schema WHERE type = 'table' AND sql LIKE '%references%'
