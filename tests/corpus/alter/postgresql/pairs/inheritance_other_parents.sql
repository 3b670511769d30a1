CREATE TABLE app.a (x int, y int);
CREATE TABLE app.b (x int);
CREATE TABLE app.d (y int, CONSTRAINT d_y CHECK (y > 0));
CREATE TABLE app."e, f" (y int);
CREATE TABLE app.c () INHERITS (app.a, app.b, app."e, f");
INSERT INTO app.c VALUES (1, 2);
-- to:
CREATE TABLE app.a (x int, y int);
CREATE TABLE app.b (x int);
CREATE TABLE app.d (y int);
CREATE TABLE app."e, f" (y int);
CREATE TABLE app.c () INHERITS (app."e, f", app.d, app.a);
-- rows: SELECT (SELECT count(*) FROM app."e, f") = 1 AND (SELECT count(*) FROM app.b) = 0 FROM app.d
