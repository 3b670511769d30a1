SELECT kept.checksum, kept.sql, substr(kept.finished_at, 1, 19) || '+00:00', kept.applied_by,
	EXISTS (SELECT 1 FROM main.migrate_log AS later
		WHERE later.version_table = {table} AND later.id > kept.id
		AND later.outcome <> 'repaired')
FROM main.migrate_log AS kept
WHERE kept.version_table = {table} AND kept.outcome = 'schema'
ORDER BY kept.id DESC LIMIT 1
