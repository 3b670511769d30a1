-- Add tags
--
-- revision: 8a94e1d6375f
-- down_revision: 5d83b7f4c0e2
-- branch_labels: tags
-- depends_on:
-- created: 2026-02-03 10:15:00+00:00

-- migrate:upgrade
CREATE TABLE tags (
	id INTEGER PRIMARY KEY,
	name VARCHAR(50) NOT NULL UNIQUE
);

CREATE TABLE note_tags (
	note_id INTEGER NOT NULL REFERENCES notes (id) ON DELETE CASCADE,
	tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
	PRIMARY KEY (note_id, tag_id)
);

-- migrate:downgrade
DROP TABLE note_tags;
DROP TABLE tags;
