added AS (INSERT INTO {version} (version_num)
	SELECT new.row FROM pg_catalog.unnest({rows}) AS new (row) RETURNING 1),
