CREATE TYPE app.m AS ENUM ('one', 'two');
CREATE TYPE app.c AS (a app.m, b text);
CREATE TABLE app.t OF app.c;
INSERT INTO app.t VALUES ('one', 'x');
-- destroys: value 'two' of enum app.m
-- to:
CREATE TYPE app.m AS ENUM ('one');
CREATE TYPE app.c AS (a app.m, b text);
CREATE TABLE app.t OF app.c;
-- rows: SELECT a = 'one' FROM app.t
