COALESCE((SELECT piece.outcome FROM {log} AS piece
	WHERE piece.version_table OPERATOR(pg_catalog.=) {table}
	AND piece.revision OPERATOR(pg_catalog.=) {revision}
	AND piece.direction OPERATOR(pg_catalog.=) {direction}
	AND piece.segment OPERATOR(pg_catalog.=) {segment}
	AND piece.id OPERATOR(pg_catalog.>) COALESCE((SELECT pg_catalog.max(whole.id) FROM {log} AS whole
		WHERE whole.version_table OPERATOR(pg_catalog.=) {table}
		AND whole.revision OPERATOR(pg_catalog.=) {revision} AND whole.segment IS NULL), 0)
	ORDER BY piece.id DESC LIMIT 1), 'retry') OPERATOR(pg_catalog.=) {outcome}
