CREATE TABLE app.a (id int);
CREATE TABLE app.b (own int) INHERITS (app.a);
-- destroys: table app.b
-- to:
CREATE TABLE app.a (id int);
CREATE TABLE app.c (x int) INHERITS (app.a);
CREATE TABLE app.d () INHERITS (app.c);
