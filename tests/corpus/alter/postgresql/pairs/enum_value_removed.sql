CREATE TYPE app.mood AS ENUM ('a', 'b', 'c');
CREATE TABLE app.t (id int, m app.mood DEFAULT 'a' NOT NULL, ms app.mood[] DEFAULT '{a,b}', CHECK (m <> 'c'));
CREATE INDEX t_m ON app.t (m) WHERE m > 'a';
CREATE VIEW app.v AS SELECT m FROM app.t WHERE m = 'b';
CREATE FUNCTION app.f(m app.mood) RETURNS int LANGUAGE sql AS 'SELECT 1';
INSERT INTO app.t VALUES (1, 'b', '{b,b}');
-- destroys: value 'a' of enum app.mood
-- to:
CREATE TYPE app.mood AS ENUM ('c', 'b');
CREATE TABLE app.t (id int, m app.mood DEFAULT 'b' NOT NULL, ms app.mood[] DEFAULT '{b}', CHECK (m <> 'c'));
CREATE INDEX t_m ON app.t (m) WHERE m > 'c';
CREATE VIEW app.v AS SELECT m FROM app.t WHERE m = 'b';
CREATE FUNCTION app.f(m app.mood) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- rows: SELECT m = 'b' AND ms = '{b,b}' FROM app.t
