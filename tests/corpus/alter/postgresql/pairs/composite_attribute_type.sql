CREATE TYPE app.c AS (a int, b text);
CREATE TABLE app.t (c app.c);
INSERT INTO app.t VALUES ((1, 'x'));
-- to:
CREATE TYPE app.c AS (a bigint, b text);
CREATE TABLE app.t (c app.c);
-- rows: SELECT (c).a = 1 FROM app.t
