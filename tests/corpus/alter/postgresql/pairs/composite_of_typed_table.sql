CREATE TYPE app.c AS (a int, b text);
CREATE TABLE app.t OF app.c (a NOT NULL);
INSERT INTO app.t VALUES (1, 'x');
-- to:
CREATE TYPE app.c AS (a bigint, b text, d int);
CREATE TABLE app.t OF app.c (a NOT NULL, d DEFAULT 3);
-- rows: SELECT a = 1 FROM app.t
