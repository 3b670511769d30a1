SELECT revision, checksum FROM (
	SELECT revision, checksum, direction, max(id) FROM main.migrate_log
	WHERE version_table = {table} AND outcome = 'applied' GROUP BY revision)
WHERE direction = 'upgrade'
