SELECT list.name, entry.name, entry."unique", entry.origin, entry.partial,
	info.name, info."desc", info.coll
FROM pragma_table_list AS list JOIN pragma_index_list(list.name, 'main') AS entry
JOIN pragma_index_xinfo(entry.name, 'main') AS info
WHERE list.schema = 'main' AND list.type = 'table' AND list.name NOT LIKE 'sqlite\_%' ESCAPE '\'
	AND info.key
ORDER BY list.name, entry.seq, info.seqno
