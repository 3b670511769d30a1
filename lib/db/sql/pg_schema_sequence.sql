sequence AS (
	SELECT q.seqrelid,
		CASE WHEN q.seqtypid <> 'bigint'::regtype THEN format_type(q.seqtypid, NULL) END AS type,
		CASE WHEN q.seqincrement <> 1 THEN q.seqincrement::text END AS increment,
		CASE WHEN q.seqmin <> q.usual_min THEN q.seqmin::text END AS minvalue,
		CASE WHEN q.seqmax <> q.usual_max THEN q.seqmax::text END AS maxvalue,
		CASE WHEN q.seqstart <> CASE WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END
			THEN q.seqstart::text END AS start,
		CASE WHEN q.seqcache <> 1 THEN q.seqcache::text END AS cache,
		CASE WHEN q.seqcycle THEN 'yes' END AS cycle
	FROM (SELECT s.*,
		CASE WHEN s.seqincrement > 0 THEN 1 WHEN s.seqtypid = 'smallint'::regtype THEN -32768
			WHEN s.seqtypid = 'integer'::regtype THEN -2147483648
			ELSE -9223372036854775808 END AS usual_min,
		CASE WHEN s.seqincrement < 0 THEN -1 WHEN s.seqtypid = 'smallint'::regtype THEN 32767
			WHEN s.seqtypid = 'integer'::regtype THEN 2147483647
			ELSE 9223372036854775807 END AS usual_max
		FROM pg_sequence AS s) AS q
)
