CREATE TABLE app.t (a int, b int);
CREATE STATISTICS app.s ON a, b FROM app.t;
CREATE STATISTICS app.s2 (mcv) ON a, b FROM app.t;
ALTER STATISTICS app.s2 SET STATISTICS 40;
-- to:
CREATE TABLE app.t (a int, b int);
CREATE STATISTICS app.s (ndistinct) ON a, b FROM app.t;
CREATE STATISTICS app.s2 (mcv) ON a, b FROM app.t;
COMMENT ON STATISTICS app.s2 IS 's';
