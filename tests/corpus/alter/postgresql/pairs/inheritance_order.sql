CREATE TABLE app.a (id int, v int GENERATED ALWAYS AS (1) STORED, CONSTRAINT a_id CHECK (id > 0));
CREATE TABLE app.b (id int NOT NULL, n text COLLATE "C" DEFAULT 'b', CONSTRAINT b_id CHECK (id < 9));
CREATE TABLE app.e (e int);
CREATE TABLE app.c (own int, CONSTRAINT c_own CHECK (own > 0)) INHERITS (app.a, app.b, app.e);
CREATE TABLE app.d (low int) INHERITS (app.c);
CREATE INDEX c_by_id ON app.c (id, own);
CREATE VIEW app.all_of_a AS SELECT id FROM app.a;
INSERT INTO app.c VALUES (1, DEFAULT, 'x', 5, 2);
INSERT INTO app.d VALUES (2, DEFAULT, 'y', 6, 3, 4);
ALTER TABLE app.a ADD CONSTRAINT a_small CHECK (id < 2) NOT VALID;
ALTER TABLE app.c ADD CONSTRAINT c_small CHECK (own < 2) NOT VALID;
-- to:
CREATE TABLE app.a (id int, v int GENERATED ALWAYS AS (1) STORED, CONSTRAINT a_id CHECK (id > 0));
CREATE TABLE app.b (id int NOT NULL, n text COLLATE "C" DEFAULT 'b', CONSTRAINT b_id CHECK (id < 9));
CREATE TABLE app.e (e int);
CREATE TABLE app.c (own int, CONSTRAINT c_own CHECK (own > 0)) INHERITS (app.b, app.e, app.a);
CREATE TABLE app.d (low int) INHERITS (app.c);
CREATE INDEX c_by_id ON app.c (id, own);
CREATE VIEW app.all_of_a AS SELECT id FROM app.a;
ALTER TABLE app.a ADD CONSTRAINT a_small CHECK (id < 2) NOT VALID;
ALTER TABLE app.c ADD CONSTRAINT c_small CHECK (own < 2) NOT VALID;
-- rows: SELECT count(*) = 2 AND sum(id) = 3 FROM app.a
