CREATE DOMAIN app.d AS int CHECK (VALUE > 0);
CREATE TABLE app.t (d app.d);
INSERT INTO app.t VALUES (3);
-- to:
CREATE TABLE app.t (d int);
-- rows: SELECT d = 3 FROM app.t
