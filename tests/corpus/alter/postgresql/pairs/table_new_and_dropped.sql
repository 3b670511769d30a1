CREATE TABLE app.a (id int PRIMARY KEY);
CREATE TABLE app.b (id int PRIMARY KEY, a int REFERENCES app.a);
ALTER TABLE app.a ADD b int REFERENCES app.b;
-- destroys: table app.b
-- destroys: table app.a
-- to:
CREATE TABLE app.c (id int PRIMARY KEY, note text DEFAULT 'x' CHECK (note <> ''));
CREATE INDEX c_note ON app.c (note);
COMMENT ON COLUMN app.c.note IS 'n';
GRANT SELECT ON app.c TO PUBLIC;
