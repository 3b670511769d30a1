CREATE TABLE app.t (a text DEFAULT '1', b text, c int, d text[]);
INSERT INTO app.t VALUES ('5', 't', 1, '{1,2}');
-- to:
CREATE TABLE app.t (a int DEFAULT 1, b boolean, c boolean, d int[]);
-- rows: SELECT a = 5 AND b AND c AND d = '{1,2}' FROM app.t
