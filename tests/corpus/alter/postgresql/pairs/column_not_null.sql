CREATE TABLE app.t (a int NOT NULL, b int);
-- to:
CREATE TABLE app.t (a int, b int NOT NULL);
