CREATE TYPE app.kind AS ENUM ('a', 'b');
CREATE TYPE app.pair AS (k app.kind, n int);
CREATE TABLE app.t (p app.pair, q app.pair[]);
INSERT INTO app.t VALUES (('a', 1), ARRAY[('b', 2)::app.pair]);
-- to:
CREATE TYPE app.kind AS ENUM ('b', 'a');
CREATE TYPE app.pair AS (k app.kind, n int);
CREATE TABLE app.t (p app.pair, q app.pair[]);
-- rows: SELECT (p).k = 'a' AND (q[1]).n = 2 FROM app.t
