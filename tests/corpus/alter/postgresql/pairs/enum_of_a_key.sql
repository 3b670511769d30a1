CREATE TYPE app.kind AS ENUM ('a', 'b');
CREATE TABLE app.t (k app.kind PRIMARY KEY);
CREATE TABLE app.u (k app.kind REFERENCES app.t);
INSERT INTO app.t VALUES ('a');
INSERT INTO app.u VALUES ('a');
-- to:
CREATE TYPE app.kind AS ENUM ('b', 'a');
CREATE TABLE app.t (k app.kind PRIMARY KEY);
CREATE TABLE app.u (k app.kind REFERENCES app.t);
-- rows: SELECT count(*) = 1 FROM app.t JOIN app.u USING (k)
