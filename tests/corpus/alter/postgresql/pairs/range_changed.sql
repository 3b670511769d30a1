CREATE TYPE app.r AS RANGE (subtype = float8);
CREATE TABLE app.t (r app.r, n int);
-- destroys: column app.t.r
-- to:
CREATE TABLE app.t (n int);
