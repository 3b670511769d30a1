CREATE SEQUENCE app.q;
CREATE SEQUENCE app.r;
CREATE TABLE app.t (a int, b int);
ALTER SEQUENCE app.q OWNED BY app.t.a;
ALTER SEQUENCE app.r OWNED BY app.t.a;
-- to:
CREATE SEQUENCE app.q;
CREATE SEQUENCE app.r;
CREATE TABLE app.t (a int, b int);
ALTER SEQUENCE app.q OWNED BY app.t.b;
