CREATE TYPE app.c AS (a int, b text, gone int);
CREATE TABLE app.t (c app.c);
INSERT INTO app.t VALUES ((1, 'x', 2));
-- destroys: column app.c.gone
-- to:
CREATE TYPE app.c AS (a int, b text, fresh varchar(4) COLLATE "C");
CREATE TABLE app.t (c app.c);
COMMENT ON COLUMN app.c.a IS 'a';
-- rows: SELECT (c).a = 1 AND (c).b = 'x' FROM app.t
