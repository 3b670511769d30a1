{relation}
SELECT 'statistics' AS kind, '3381/' || s.oid || '/0' AS id, NULL AS owner,
	format('%I.%I', n.nspname, s.stxname) AS name, 0 AS position,
	pg_get_statisticsobjdef(s.oid) AS definition,
	CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget::text END AS statistics
FROM pg_statistic_ext AS s JOIN relation AS c ON c.oid = s.stxrelid
JOIN pg_namespace AS n ON n.oid = s.stxnamespace
