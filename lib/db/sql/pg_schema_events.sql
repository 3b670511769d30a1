SELECT 'event trigger' AS kind, '3466/' || t.oid || '/0' AS id, NULL AS owner,
	quote_ident(t.evtname) AS name, 0 AS position,
	quote_ident(t.evtevent) AS event,
	(SELECT string_agg(quote_literal(tag), ', ' ORDER BY tag COLLATE "C") FROM unnest(t.evttags) AS tag) AS tags,
	t.evtfoid::regproc::text AS function,
	CASE t.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS enabled
FROM pg_event_trigger AS t
WHERE NOT EXISTS (SELECT FROM pg_depend AS e
	WHERE e.classid = 'pg_event_trigger'::regclass AND e.objid = t.oid AND e.deptype = 'e')
