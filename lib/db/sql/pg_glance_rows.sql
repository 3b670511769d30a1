BEGIN READ ONLY;
SET LOCAL lock_timeout = {lock_timeout};
COPY {version} (version_num) TO STDOUT;
COPY {log} (id, version_table, revision, direction, outcome, segment, checksum) TO STDOUT;
COMMIT;
