CREATE TABLE app.a (id int);
CREATE TABLE app.b (id int, n int);
INSERT INTO app.b VALUES (1, 2);
-- to:
CREATE TABLE app.a (id int);
CREATE TABLE app.b (id int, n int);
ALTER TABLE app.b INHERIT app.a;
-- rows: SELECT count(*) = 1 FROM app.a
