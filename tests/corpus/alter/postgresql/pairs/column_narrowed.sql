CREATE TABLE app.t (a bigint, n numeric(9, 3), at timestamp, r double precision);
INSERT INTO app.t VALUES (1, 1.25, '2020-01-01 10:00', 0.5);
-- destroys: fractions of column app.t.n
-- destroys: times of day of column app.t.at
-- destroys: digits of column app.t.r
-- to:
CREATE TABLE app.t (a int, n int, at date, r real);
-- rows: SELECT a = 1 AND n = 1 AND at = '2020-01-01' FROM app.t
