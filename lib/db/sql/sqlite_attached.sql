SELECT name FROM pragma_database_list WHERE name NOT IN ('main', 'temp') LIMIT 1
