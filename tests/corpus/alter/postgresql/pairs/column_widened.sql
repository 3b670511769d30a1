CREATE TABLE app.t (id int PRIMARY KEY, a varchar(5) UNIQUE, n numeric(5, 2) DEFAULT 1, d date);
INSERT INTO app.t VALUES (1, 'x', 1.5, '2020-01-01');
CREATE INDEX t_lower ON app.t (lower(a));
CREATE TABLE app.u (t int REFERENCES app.t);
-- to:
CREATE TABLE app.t (id bigint PRIMARY KEY, a varchar(50) UNIQUE, n numeric(9, 3) DEFAULT 2, d timestamp);
CREATE INDEX t_lower ON app.t (lower(a));
CREATE TABLE app.u (t bigint REFERENCES app.t);
-- rows: SELECT id = 1 AND a = 'x' AND n = 1.5 AND d = '2020-01-01' FROM app.t
