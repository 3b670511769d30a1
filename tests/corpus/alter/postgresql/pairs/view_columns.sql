CREATE TABLE app.t (a int, b text);
CREATE VIEW app.v WITH (security_invoker = true) AS SELECT a, b FROM app.t;
ALTER VIEW app.v ALTER a SET DEFAULT 3;
COMMENT ON COLUMN app.v.b IS 'b';
GRANT SELECT (a) ON app.v TO PUBLIC;
-- to:
CREATE TABLE app.t (a int, b text);
CREATE VIEW app.v AS SELECT a, b FROM app.t;
ALTER VIEW app.v ALTER b SET DEFAULT 'x';
