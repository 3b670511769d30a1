CREATE TABLE app.t (a int, g int GENERATED ALWAYS AS (a + 1) STORED, h int);
CREATE INDEX t_g ON app.t (g);
INSERT INTO app.t VALUES (1);
-- destroys: column app.t.h
-- to:
CREATE TABLE app.t (a int, g int GENERATED ALWAYS AS (a + 2) STORED, h int GENERATED ALWAYS AS (a * 3) STORED);
CREATE INDEX t_g ON app.t (g);
-- rows: SELECT g = 3 AND h = 3 FROM app.t
