CREATE TABLE app.t (a int, b text);
CREATE INDEX i ON app.t (a);
CREATE INDEX j ON app.t (b) WITH (fillfactor = 50);
CREATE INDEX k ON app.t ((a + 1));
-- to:
CREATE TABLE app.t (a int, b text);
CREATE INDEX i ON app.t (a DESC) WHERE a > 0;
CREATE INDEX j ON app.t (b);
CREATE INDEX k ON app.t ((a + 1));
ALTER INDEX app.k ALTER COLUMN 1 SET STATISTICS 7;
COMMENT ON INDEX app.j IS 'j';
CREATE UNIQUE INDEX u ON app.t USING btree (b text_pattern_ops) INCLUDE (a);
