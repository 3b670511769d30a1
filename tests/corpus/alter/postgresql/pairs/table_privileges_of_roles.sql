CREATE TABLE app.t (a int);
GRANT SELECT ON app.t TO pg_monitor WITH GRANT OPTION;
GRANT INSERT (a) ON app.t TO pg_monitor;
CREATE SEQUENCE app.q;
GRANT USAGE ON SEQUENCE app.q TO pg_monitor;
-- to:
CREATE TABLE app.t (a int);
GRANT SELECT ON app.t TO pg_monitor;
CREATE SEQUENCE app.q;
GRANT ALL ON app.t TO pg_signal_backend;
