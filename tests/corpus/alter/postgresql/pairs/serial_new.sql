CREATE TABLE app.t (a int);
INSERT INTO app.t VALUES (1);
-- to:
CREATE TABLE app.t (a int, id serial);
-- rows: SELECT id = 1 FROM app.t
