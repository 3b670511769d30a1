CREATE TABLE app.z (a int);
CREATE FUNCTION app.f(r app.z) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE TABLE app.a (x int);
CREATE POLICY p ON app.a USING (app.f(NULL));
-- destroys: table app.z
-- to:
CREATE TABLE app.a (x int);
