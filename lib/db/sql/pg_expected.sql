(SELECT pg_catalog.count(*) FROM {version}) OPERATOR(pg_catalog.=) {count}
AND (SELECT pg_catalog.count(*) FROM {version}
	WHERE version_num OPERATOR(pg_catalog.=) ANY ({rows})) OPERATOR(pg_catalog.=) {listed}
