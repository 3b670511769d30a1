CREATE FUNCTION app.f(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE app.t (id int PRIMARY KEY, a int DEFAULT app.f(2), g int GENERATED ALWAYS AS (app.f(id)) STORED, CHECK (app.f(id) > 0));
CREATE INDEX t_f ON app.t (app.f(a));
CREATE VIEW app.v AS SELECT app.f(id), g FROM app.t;
CREATE VIEW app.w AS SELECT * FROM app.v;
INSERT INTO app.t VALUES (1, 5);
-- to:
CREATE FUNCTION app.f(b int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint';
CREATE TABLE app.t (id int PRIMARY KEY, a int DEFAULT app.f(2), g int GENERATED ALWAYS AS (app.f(id)) STORED, CHECK (app.f(id) > 0));
CREATE INDEX t_f ON app.t (app.f(a));
CREATE VIEW app.v AS SELECT app.f(id), g FROM app.t;
CREATE VIEW app.w AS SELECT * FROM app.v;
-- rows: SELECT id = 1 AND a = 5 AND g = 1 FROM app.t
