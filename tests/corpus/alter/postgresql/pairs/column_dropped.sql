CREATE TABLE app.t (id int, a int UNIQUE, b int CHECK (b > 0), c int);
CREATE INDEX t_c ON app.t (c) WHERE a > 0;
CREATE VIEW app.v AS SELECT id, a FROM app.t;
INSERT INTO app.t VALUES (1, 2, 3, 4);
-- destroys: column app.t.b
-- destroys: column app.t.a
-- to:
CREATE TABLE app.t (id int, c int);
CREATE VIEW app.v AS SELECT id, c AS a FROM app.t;
-- rows: SELECT id = 1 AND c = 4 FROM app.t
