CREATE TABLE app.t (a int DEFAULT 1, b text DEFAULT 'x', c int);
-- to:
CREATE TABLE app.t (a int DEFAULT 2, b text, c int DEFAULT random() * 10);
