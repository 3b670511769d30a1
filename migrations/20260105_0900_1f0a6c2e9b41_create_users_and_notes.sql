-- Create users and notes
--
-- revision: 1f0a6c2e9b41
-- down_revision:
-- branch_labels:
-- depends_on:
-- created: 2026-01-05 09:00:00+00:00

-- migrate:upgrade
CREATE TABLE users (
	id INTEGER PRIMARY KEY,
	email VARCHAR(255) NOT NULL UNIQUE,
	name VARCHAR(100) NOT NULL
);

CREATE TABLE notes (
	id INTEGER PRIMARY KEY,
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	text TEXT NOT NULL,
	completed BOOLEAN NOT NULL DEFAULT FALSE
);

-- migrate:downgrade
DROP TABLE notes;
DROP TABLE users;
