WITH piece AS MATERIALIZED (
	SELECT id, revision FROM main.migrate_log
	WHERE +version_table = {table} AND segment IS NOT NULL),
whole AS MATERIALIZED (
	SELECT revision, max(id) AS id FROM main.migrate_log
	WHERE +version_table = {table} AND segment IS NULL
	AND revision IN (SELECT revision FROM piece) GROUP BY revision)
SELECT log.revision, log.direction, log.segment, log.outcome, log.checksum, log.sql
FROM piece JOIN main.migrate_log AS log ON log.version_table = {table} AND log.id = piece.id
LEFT JOIN whole ON whole.revision = piece.revision
WHERE piece.id > coalesce(whole.id, 0)
ORDER BY piece.id
