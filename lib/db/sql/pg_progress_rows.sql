SET LOCAL statement_timeout = 1000;
SELECT version_num FROM {version};
