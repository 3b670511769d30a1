-- Written by {tool} for psql; run it with: psql -f FILE
-- The database must stand at: {state}
\set ON_ERROR_STOP on
RESET ALL;
BEGIN;
