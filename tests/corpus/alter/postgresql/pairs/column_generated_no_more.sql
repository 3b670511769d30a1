CREATE TABLE app.t (a int, g int GENERATED ALWAYS AS (a + 1) STORED, k int GENERATED ALWAYS AS (a + 7) STORED);
INSERT INTO app.t VALUES (1);
-- to:
CREATE TABLE app.t (a int, g int, k int DEFAULT 8);
-- rows: SELECT g = 2 AND k = 8 FROM app.t
