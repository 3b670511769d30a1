CREATE VIEW app.one AS SELECT 1 AS x;
CREATE VIEW app.two AS SELECT x FROM app.one;
-- to:
CREATE VIEW app.one AS SELECT 1 AS x;
CREATE VIEW app.two AS SELECT x FROM app.one;
CREATE OR REPLACE VIEW app.one AS SELECT (SELECT max(x) FROM app.two) AS x;
