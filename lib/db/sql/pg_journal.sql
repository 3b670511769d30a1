WITH piece AS MATERIALIZED (
	SELECT id, revision, direction, segment, outcome, checksum, sql FROM {log}
	WHERE version_table OPERATOR(pg_catalog.=) {table} AND segment IS NOT NULL)
SELECT piece.revision, piece.direction, piece.segment, piece.outcome, piece.checksum, piece.sql
FROM piece LEFT JOIN (
	SELECT revision, pg_catalog.max(id) AS id FROM {log}
	WHERE version_table OPERATOR(pg_catalog.=) {table} AND segment IS NULL
	AND revision OPERATOR(pg_catalog.=) ANY (SELECT revision FROM piece)
	GROUP BY revision) AS whole ON whole.revision OPERATOR(pg_catalog.=) piece.revision
WHERE whole.id IS NULL OR piece.id OPERATOR(pg_catalog.>) whole.id
ORDER BY piece.id;
