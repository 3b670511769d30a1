CREATE TABLE app.p (id int, a int, b int) PARTITION BY RANGE (id);
CREATE TABLE app.p1 PARTITION OF app.p FOR VALUES FROM (1) TO (10);
CREATE INDEX p_a ON app.p (a);
CREATE INDEX p1_b ON app.p1 (b);
-- to:
CREATE TABLE app.p (id int PRIMARY KEY, a int, b int, CHECK (a > 0), UNIQUE (id, a)) PARTITION BY RANGE (id);
CREATE TABLE app.p1 PARTITION OF app.p FOR VALUES FROM (1) TO (10);
CREATE INDEX p_a ON app.p (a DESC);
CREATE INDEX p1_b ON app.p1 (b);
CREATE INDEX p_b ON ONLY app.p (b);
ALTER INDEX app.p_b ATTACH PARTITION app.p1_b;
