CREATE SCHEMA app_more;
CREATE TYPE app_more.m AS ENUM ('a');
CREATE TABLE app_more.t (id int PRIMARY KEY, m app_more.m);
CREATE VIEW app_more.v AS SELECT * FROM app_more.t;
-- destroys: table app_more.t
-- destroys: schema app_more
-- to:
SELECT 1;
