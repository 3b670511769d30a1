SELECT list.name, list.ncol, list.wr, list.strict,
	info.cid, info.name, info.type, info."notnull", info.dflt_value IS NOT NULL, info.pk, info.hidden
FROM pragma_table_list AS list JOIN pragma_table_xinfo(list.name, 'main') AS info
WHERE list.schema = 'main' AND list.type = 'table' AND list.name NOT LIKE 'sqlite\_%' ESCAPE '\'
