CREATE TABLE {if_not_exists}main.migrate_log (
	version_table VARCHAR(255) NOT NULL,
	id INTEGER PRIMARY KEY,
	revision VARCHAR(255) NOT NULL,
	direction VARCHAR(16) NOT NULL,
	outcome VARCHAR(16) NOT NULL,
	segment INTEGER,
	started_at TEXT NOT NULL,
	finished_at TEXT,
	checksum VARCHAR(80),
	applied_by VARCHAR(255),
	tool_version VARCHAR(255),
	sql TEXT
)
