{relation}
SELECT 'trigger' AS kind, '2620/' || t.oid || '/0' AS id, '1259/' || c.oid || '/0' AS owner,
	quote_ident(t.tgname) AS name, 0 AS position,
	CASE WHEN t.tgparentid <> 0 THEN 'yes' END AS inherited,
	CASE WHEN t.tgparentid = 0 THEN pg_get_triggerdef(t.oid) END AS definition,
	CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always'
		ELSE CASE WHEN t.tgparentid <> 0 THEN 'origin' END END AS enabled
FROM relation AS c JOIN pg_trigger AS t ON t.tgrelid = c.oid
LEFT JOIN pg_trigger AS p ON p.oid = t.tgparentid
WHERE NOT t.tgisinternal AND t.tgparentid = 0 OR p.tgenabled <> t.tgenabled
	AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.oid = t.tgconstraint AND k.contype <> 't')
