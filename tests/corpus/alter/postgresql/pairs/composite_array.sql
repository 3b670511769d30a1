CREATE TYPE app.c AS (a text, b text);
CREATE TABLE app.t (many app.c[]);
INSERT INTO app.t VALUES (ARRAY[('a', 'b')::app.c, NULL]);
-- to:
CREATE TYPE app.c AS (b varchar(5), a text);
CREATE TABLE app.t (many app.c[]);
-- rows: SELECT (many[1]).a = 'a' AND (many[1]).b = 'b' FROM app.t
