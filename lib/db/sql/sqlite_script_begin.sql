-- Written by {tool} for SQLite. Run it with: sqlite3 FILE < SCRIPT
-- It stops before it changes anything where the database is not at {state}.
.bail on
PRAGMA foreign_keys = OFF;
DROP TABLE IF EXISTS temp.migrate_guard;
BEGIN IMMEDIATE;
