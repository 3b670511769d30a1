CREATE TEMP TABLE migrate_guard (
	state INTEGER CONSTRAINT {state_message} CHECK (state),
	moved INTEGER CONSTRAINT {moved_message} CHECK (moved),
	alone INTEGER CONSTRAINT {alone_message} CHECK (alone)
);
INSERT INTO temp.migrate_guard (state)
SELECT (SELECT count(*) FROM main.{version_table}) = {count}
	AND (SELECT count(*) FROM main.{version_table} WHERE version_num IN ({rows})) = {count};
