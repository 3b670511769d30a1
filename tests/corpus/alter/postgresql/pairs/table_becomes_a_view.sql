CREATE TABLE app.base (a int);
CREATE TABLE app.t (a int);
-- destroys: table app.t
-- to:
CREATE TABLE app.base (a int);
CREATE VIEW app.t AS SELECT a FROM app.base;
