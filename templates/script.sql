-- ${message}
--
-- revision: ${revision}
-- down_revision: ${down_revision}
-- branch_labels: ${branch_labels}
-- depends_on: ${depends_on}
-- created: ${created}

-- migrate:upgrade


-- migrate:downgrade

