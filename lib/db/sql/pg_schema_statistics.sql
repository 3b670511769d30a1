{relation}
SELECT 'statistics' AS kind, '3381/' || s.oid || '/0' AS id, NULL AS owner,
	format('%I.%I', n.nspname, s.stxname) AS name, 0 AS position,
	f.head || replace(substr(f.definition, 1 + length(f.head)), COALESCE(' ON ' || k.by_place, ''),
		COALESCE(' ON ' || k.by_name, '')) AS definition,
	CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget::text END AS statistics
FROM pg_statistic_ext AS s JOIN relation AS c ON c.oid = s.stxrelid
JOIN pg_namespace AS n ON n.oid = s.stxnamespace
CROSS JOIN LATERAL (SELECT pg_get_statisticsobjdef(s.oid) AS definition,
	format('CREATE STATISTICS %I.%I', n.nspname, s.stxname) AS head) AS f
CROSS JOIN LATERAL (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS by_place,
	string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname COLLATE "C") AS by_name
	FROM pg_attribute AS a WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys)) AS k
