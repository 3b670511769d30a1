CREATE TYPE app.c AS (a int, b text, gone text, n int);
CREATE TYPE app.o AS (c app.c, was int);
CREATE TABLE app.t (c app.c, o app.o);
CREATE TABLE app.child () INHERITS (app.t);
CREATE VIEW app.v AS SELECT (c).a, (c).gone FROM app.t;
CREATE INDEX t_by_a ON app.t (((c).a));
INSERT INTO app.t VALUES ((1, 'x', 'y', 4), ((3, 'u', 'y', 6)::app.c, 7)), (NULL, NULL);
INSERT INTO app.child VALUES ((8, 'w', 'y', 4));
-- destroys: column app.c.gone
-- destroys: column app.o.was
-- to:
CREATE TYPE app.m AS ENUM ('one');
CREATE TYPE app.c AS (n int, fresh app.m, b text, a bigint, more int);
CREATE TYPE app.o AS (c app.c, is_now int, then_too text);
CREATE TABLE app.t (c app.c, o app.o);
CREATE TABLE app.child () INHERITS (app.t);
CREATE VIEW app.v AS SELECT (c).a, (c).more FROM app.t;
CREATE INDEX t_by_a ON app.t (((c).a));
COMMENT ON COLUMN app.c.more IS 'more';
-- rows: SELECT string_agg(((c).n, (c).fresh, (c).b, (c).a, (c).more, ((o).c).b, ((o).c).more, (o).is_now)::text, ' ' ORDER BY (c).a) = '(4,,x,1,,u,,) (4,,w,8,,,,) (,,,,,,,)' FROM app.t
