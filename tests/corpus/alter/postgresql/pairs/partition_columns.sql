CREATE TABLE app.p (id int, a int, gone int, g int GENERATED ALWAYS AS (a + 1) STORED) PARTITION BY RANGE (id);
CREATE TABLE app.p1 PARTITION OF app.p (a DEFAULT 4) FOR VALUES FROM (1) TO (10);
INSERT INTO app.p VALUES (1, 2, 3);
-- destroys: column app.p.gone
-- to:
CREATE TABLE app.p (id int, a bigint NOT NULL, g int GENERATED ALWAYS AS (a + 2) STORED, fresh text DEFAULT 'x') PARTITION BY RANGE (id);
CREATE TABLE app.p1 PARTITION OF app.p (a DEFAULT 5, fresh DEFAULT 'y') FOR VALUES FROM (1) TO (10);
COMMENT ON COLUMN app.p1.fresh IS 'f';
-- rows: SELECT a = 2 AND g = 4 AND fresh = 'x' FROM app.p
