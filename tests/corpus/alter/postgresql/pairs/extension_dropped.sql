CREATE EXTENSION citext SCHEMA app;
CREATE TABLE app.t (id int, c app.citext DEFAULT 'x');
INSERT INTO app.t VALUES (1, 'A');
-- to:
CREATE TABLE app.t (id int, c text DEFAULT 'x');
-- rows: SELECT c = 'A' FROM app.t
