CREATE TABLE app.t (a int);
CREATE TABLE app.u (a int);
CREATE INDEX i ON app.t (a);
-- to:
CREATE TABLE app.t (a int);
CREATE TABLE app.u (a int);
CREATE INDEX i ON app.u (a);
