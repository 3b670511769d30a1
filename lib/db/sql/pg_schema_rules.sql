{relation}
SELECT 'rule' AS kind, '2618/' || r.oid || '/0' AS id, '1259/' || c.oid || '/0' AS owner,
	quote_ident(r.rulename) AS name, 0 AS position,
	rtrim(pg_get_ruledef(r.oid), ';') AS definition,
	CASE r.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS enabled
FROM relation AS c JOIN pg_rewrite AS r ON r.ev_class = c.oid
WHERE r.rulename <> '_RETURN'
