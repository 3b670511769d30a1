CREATE TABLE app.a (id int, n int DEFAULT 1, gone int, CONSTRAINT c CHECK (id > 0));
CREATE TABLE app.b (own int) INHERITS (app.a);
ALTER TABLE app.b ALTER n SET DEFAULT 2;
INSERT INTO app.b VALUES (1, 2, 3, 4);
-- destroys: column app.a.gone
-- to:
CREATE TABLE app.a (id bigint, n int NOT NULL DEFAULT 1, fresh text DEFAULT 'x', CONSTRAINT c CHECK (id > -1));
CREATE TABLE app.b (own int) INHERITS (app.a);
ALTER TABLE app.b ALTER fresh DROP DEFAULT;
-- rows: SELECT id = 1 AND n = 2 AND own = 4 AND fresh = 'x' FROM app.b
