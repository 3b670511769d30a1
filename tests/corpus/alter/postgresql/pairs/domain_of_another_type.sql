CREATE FUNCTION app.good(v int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE DOMAIN app.d AS int DEFAULT 1 CHECK (app.good(VALUE));
CREATE TABLE app.t (id int, d app.d DEFAULT 4, ds app.d[]);
INSERT INTO app.t VALUES (1, 3, '{1,2}');
-- to:
CREATE FUNCTION app.good(v text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE DOMAIN app.d AS varchar(9) COLLATE "C" CHECK (app.good(VALUE::text));
CREATE TABLE app.t (id int, d app.d DEFAULT '4', ds app.d[]);
-- rows: SELECT d = '3' AND ds = '{1,2}' FROM app.t
