CREATE TABLE app.t (a int, b text);
CREATE VIEW app.v AS SELECT a FROM app.t;
CREATE VIEW app.w AS SELECT a FROM app.v;
-- to:
CREATE TABLE app.t (a int, b text);
CREATE VIEW app.v WITH (security_barrier = true) AS SELECT a, b FROM app.t WHERE a > 0;
CREATE VIEW app.w AS SELECT a FROM app.v;
