-- Merge tags and sharing
--
-- revision: e67b14c8f9a0
-- down_revision: 8a94e1d6375f, c3f2097ab8d5
-- branch_labels:
-- depends_on:
-- created: 2026-02-10 09:05:00+00:00

-- migrate:upgrade

-- migrate:downgrade
