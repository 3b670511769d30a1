BEGIN READ ONLY;
SET LOCAL lock_timeout = {lock_timeout};
SELECT version_num FROM {version};
SELECT id, version_table, revision, direction, outcome, segment, checksum FROM {log};
COMMIT;
