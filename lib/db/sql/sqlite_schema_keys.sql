SELECT list.name, key.id, key.seq, key."table", key."from", key."to", key.on_update, key.on_delete
FROM pragma_table_list AS list JOIN pragma_foreign_key_list(list.name, 'main') AS key
WHERE list.schema = 'main' AND list.type = 'table' AND list.name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY list.name, key.id, key.seq
