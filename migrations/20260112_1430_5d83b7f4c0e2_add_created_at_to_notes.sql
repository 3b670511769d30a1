-- Add created_at to notes
--
-- revision: 5d83b7f4c0e2
-- down_revision: 1f0a6c2e9b41
-- branch_labels:
-- depends_on:
-- created: 2026-01-12 14:30:00+00:00

-- migrate:upgrade
ALTER TABLE notes ADD COLUMN created_at TIMESTAMP;
UPDATE notes SET created_at = CURRENT_TIMESTAMP WHERE created_at IS NULL;
CREATE INDEX notes_user_id_created_at ON notes (user_id, created_at);

-- migrate:downgrade
DROP INDEX notes_user_id_created_at;
ALTER TABLE notes DROP COLUMN created_at;
