CREATE TABLE app.t (a int, b text);
CREATE MATERIALIZED VIEW app.m AS SELECT a FROM app.t;
CREATE INDEX m_a ON app.m (a);
CREATE VIEW app.v AS SELECT a FROM app.m;
CREATE MATERIALIZED VIEW app.k WITH (fillfactor = 60) AS SELECT 1 AS x;
-- to:
CREATE TABLE app.t (a int, b text);
CREATE MATERIALIZED VIEW app.m AS SELECT a, b FROM app.t;
CREATE INDEX m_a ON app.m (a);
CREATE VIEW app.v AS SELECT a FROM app.m;
CREATE MATERIALIZED VIEW app.k WITH (autovacuum_enabled = off) AS SELECT 1 AS x;
COMMENT ON COLUMN app.k.x IS 'x';
