CREATE TABLE app.t (id int PRIMARY KEY);
CREATE TABLE app.u (t int REFERENCES app.t ON DELETE CASCADE);
INSERT INTO app.t VALUES (1);
INSERT INTO app.u VALUES (1);
-- to:
CREATE TABLE app.t (id text PRIMARY KEY);
CREATE TABLE app.u (t text REFERENCES app.t ON DELETE CASCADE);
-- rows: SELECT count(*) = 1 FROM app.t JOIN app.u ON t = id
