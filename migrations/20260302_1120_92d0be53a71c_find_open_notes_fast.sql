-- Find open notes fast
--
-- revision: 92d0be53a71c
-- down_revision: e67b14c8f9a0
-- branch_labels:
-- depends_on:
-- created: 2026-03-02 11:20:00+00:00

-- migrate:upgrade
CREATE INDEX notes_open ON notes (user_id) WHERE NOT completed;

-- migrate:downgrade
DROP INDEX notes_open;
