CREATE AGGREGATE app.total(int) (SFUNC = int4pl, STYPE = int);
CREATE TABLE app.t (a int);
CREATE VIEW app.v AS SELECT app.total(a) FROM app.t;
-- to:
CREATE AGGREGATE app.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE TABLE app.t (a int);
CREATE VIEW app.v AS SELECT app.total(a) FROM app.t;
COMMENT ON AGGREGATE app.total(int) IS 'sum';
CREATE AGGREGATE app.rows(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
