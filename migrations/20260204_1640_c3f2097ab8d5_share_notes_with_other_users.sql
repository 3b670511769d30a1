-- Share notes with other users
--
-- revision: c3f2097ab8d5
-- down_revision: 5d83b7f4c0e2
-- branch_labels: sharing
-- depends_on:
-- created: 2026-02-04 16:40:00+00:00

-- migrate:upgrade
CREATE TABLE shares (
	note_id INTEGER NOT NULL REFERENCES notes (id) ON DELETE CASCADE,
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	can_edit BOOLEAN NOT NULL DEFAULT FALSE,
	PRIMARY KEY (note_id, user_id)
);

-- migrate:downgrade
DROP TABLE shares;
