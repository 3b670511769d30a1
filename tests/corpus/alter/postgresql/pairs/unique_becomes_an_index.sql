CREATE TABLE app.t (a int, CONSTRAINT x UNIQUE (a));
-- to:
CREATE TABLE app.t (a int);
CREATE UNIQUE INDEX x ON app.t (a);
