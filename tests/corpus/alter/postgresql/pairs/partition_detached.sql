CREATE TABLE app.p (id int PRIMARY KEY, note text DEFAULT 'x') PARTITION BY RANGE (id);
CREATE INDEX p_note ON app.p (note);
CREATE TABLE app.p1 PARTITION OF app.p FOR VALUES FROM (1) TO (10);
INSERT INTO app.p VALUES (1);
-- to:
CREATE TABLE app.p (id int PRIMARY KEY, note text DEFAULT 'x') PARTITION BY RANGE (id);
CREATE INDEX p_note ON app.p (note);
CREATE TABLE app.p1 (id int PRIMARY KEY, note text DEFAULT 'x');
CREATE INDEX p1_note_idx ON app.p1 (note);
-- rows: SELECT count(*) = 1 FROM app.p1
