CREATE TYPE app.mood AS ENUM ('a', 'b');
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood DEFAULT 'a');
INSERT INTO app.t VALUES (1, 'b');
-- to:
CREATE TABLE app.t (id int PRIMARY KEY, m text DEFAULT 'a', CHECK (m IN ('a', 'b')));
-- rows: SELECT m = 'b' FROM app.t
