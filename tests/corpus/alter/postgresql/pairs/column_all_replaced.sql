CREATE TABLE app.t (a int);
-- destroys: column app.t.a
-- to:
CREATE TABLE app.t (b int PRIMARY KEY);
