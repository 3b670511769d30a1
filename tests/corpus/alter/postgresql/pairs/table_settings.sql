CREATE TABLE app.t (a text) WITH (fillfactor = 50, autovacuum_enabled = off);
COMMENT ON TABLE app.t IS 'one';
-- to:
CREATE UNLOGGED TABLE app.t (a text) WITH (fillfactor = 70, toast.autovacuum_enabled = off);
COMMENT ON TABLE app.t IS 'two';
