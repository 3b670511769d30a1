SELECT 'publication' AS kind, '6104/' || p.oid || '/0' AS id, NULL AS owner,
	quote_ident(p.pubname) AS name, 0 AS position,
	CASE WHEN p.puballtables THEN 'yes' END AS "all tables",
	CASE WHEN NOT (p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate) THEN
		quote_literal(concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END,
		CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END,
		CASE WHEN p.pubtruncate THEN 'truncate' END)) END AS publish,
	CASE WHEN p.pubviaroot THEN 'true' END AS publish_via_partition_root
FROM pg_publication AS p
