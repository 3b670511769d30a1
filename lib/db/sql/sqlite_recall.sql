SELECT revision, direction, outcome, checksum, substr(finished_at, 1, 19) || '+00:00', applied_by, sql
FROM main.migrate_log
WHERE id IN (
	SELECT max(id) FROM main.migrate_log
	WHERE version_table = {table} AND revision IN ({revisions}) AND segment IS NULL
	AND direction <> 'downgrade' AND outcome IN ('applied', 'repaired')
	GROUP BY revision, direction, outcome)
ORDER BY id
