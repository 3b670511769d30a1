CREATE TYPE app.mood AS ENUM ('b', 'd');
CREATE TABLE app.t (id int, m app.mood);
INSERT INTO app.t VALUES (1, 'd');
-- to:
CREATE TYPE app.mood AS ENUM ('a', 'b', 'it''s', 'd', 'e', 'f');
CREATE TABLE app.t (id int, m app.mood);
-- rows: SELECT m = 'd' FROM app.t
