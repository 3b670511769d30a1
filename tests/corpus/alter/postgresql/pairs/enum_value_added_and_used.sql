CREATE TYPE app.mood AS ENUM ('a', 'b');
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood DEFAULT 'a');
INSERT INTO app.t VALUES (1, 'b');
-- to:
CREATE TYPE app.mood AS ENUM ('a', 'b', 'fresh');
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood DEFAULT 'fresh');
-- rows: SELECT m = 'b' FROM app.t
