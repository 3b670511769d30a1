CREATE TYPE app.mood AS ENUM ('a', 'b');
CREATE TABLE app.t (id int, m app.mood DEFAULT 'a');
INSERT INTO app.t VALUES (1, 'b');
-- to:
CREATE DOMAIN app.mood AS text CHECK (VALUE IN ('a', 'b'));
CREATE TABLE app.t (id int, m app.mood DEFAULT 'a');
-- rows: SELECT m = 'b' FROM app.t
