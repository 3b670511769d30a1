CREATE TYPE app.c AS (a int, b text);
CREATE FUNCTION app.f(x app.c) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- to:
CREATE TYPE app.c AS (a text COLLATE "C", b text);
CREATE FUNCTION app.f(x app.c) RETURNS int LANGUAGE sql AS 'SELECT 1';
