CREATE TABLE app.t (id int PRIMARY KEY);
-- to:
CREATE TABLE app.t (id int PRIMARY KEY, a text NOT NULL);
