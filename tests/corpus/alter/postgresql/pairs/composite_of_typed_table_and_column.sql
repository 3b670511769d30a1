CREATE TYPE app.c AS (a int, b text, gone int);
CREATE TABLE app.t OF app.c (a NOT NULL, b DEFAULT 'b');
CREATE TABLE app.t2 (c app.c);
INSERT INTO app.t VALUES (1, 'x', 2);
INSERT INTO app.t2 VALUES ((3, 'y', 4));
-- destroys: column app.c.gone
-- destroys: column app.t.gone
-- to:
CREATE TYPE app.c AS (a bigint, b text, fresh int);
CREATE TABLE app.t OF app.c (a NOT NULL, fresh DEFAULT 5);
CREATE TABLE app.t2 (c app.c);
-- rows: SELECT t = (1, 'x', 5)::app.t AND c = (3, 'y', NULL)::app.c FROM app.t, app.t2
