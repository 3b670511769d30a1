CREATE TYPE mood AS ENUM ('sad', 'ok;', 'it''s');
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'great' AFTER 'ok;';
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN email AS citext CHECK (VALUE ~ '^[a-z;]+@[a-z.]+$');
CREATE TYPE r AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
CREATE AGGREGATE s(int) (SFUNC = int4pl, STYPE = int4, INITCOND = '0');
CREATE CAST (a AS b) WITH INOUT AS IMPLICIT;
