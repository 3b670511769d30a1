INSERT INTO main.migrate_log (version_table, id, revision, direction, outcome, segment,
	started_at, finished_at, checksum, applied_by, tool_version, sql)
VALUES ({table}, {id}, {revision}, {direction}, {outcome}, {segment},
	{started}, {finished}, {checksum}, {user}, {tool}, {script})
