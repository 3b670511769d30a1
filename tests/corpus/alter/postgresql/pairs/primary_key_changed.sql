CREATE TABLE app.t (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a), UNIQUE (b));
CREATE TABLE app.u (a int REFERENCES app.t (a), b int REFERENCES app.t (b));
CREATE TABLE app.n (a int);
INSERT INTO app.t VALUES (1, 2);
INSERT INTO app.u VALUES (1, 2);
-- to:
CREATE TABLE app.t (a int NOT NULL UNIQUE, b int NOT NULL, PRIMARY KEY (b) INCLUDE (a) WITH (fillfactor = 60));
CREATE TABLE app.u (a int REFERENCES app.t (a), b int REFERENCES app.t (b));
CREATE TABLE app.n (a int PRIMARY KEY);
-- rows: SELECT count(*) = 1 FROM app.u
