CREATE TABLE app.t (a text, b text COLLATE "C");
CREATE INDEX t_a ON app.t (a);
INSERT INTO app.t VALUES ('x', 'y');
-- to:
CREATE TABLE app.t (a text COLLATE "C", b text);
CREATE INDEX t_a ON app.t (a);
-- rows: SELECT a = 'x' FROM app.t
