CREATE TYPE app.c AS (a int, b text);
CREATE TABLE app.t (a int, b text);
INSERT INTO app.t VALUES (1, 'x');
-- to:
CREATE TYPE app.c AS (a int, b text);
CREATE TABLE app.t OF app.c;
-- rows: SELECT a = 1 FROM app.t
