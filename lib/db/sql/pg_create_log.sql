CREATE TABLE IF NOT EXISTS {log} (
	version_table VARCHAR(255) NOT NULL,
	id BIGINT NOT NULL,
	revision VARCHAR(255) NOT NULL,
	direction VARCHAR(16) NOT NULL,
	outcome VARCHAR(16) NOT NULL,
	segment INTEGER,
	started_at TIMESTAMP WITH TIME ZONE NOT NULL,
	finished_at TIMESTAMP WITH TIME ZONE,
	checksum VARCHAR(80),
	applied_by TEXT,
	tool_version TEXT,
	sql TEXT,
	PRIMARY KEY (version_table, id)
);
