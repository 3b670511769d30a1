CREATE TABLE app.t (a int PRIMARY KEY, b int);
CREATE TABLE app.u (a int PRIMARY KEY);
CREATE PUBLICATION app_pub FOR TABLE app.t, app.u;
CREATE PUBLICATION app_gone FOR ALL TABLES;
-- destroys: table app.u
-- to:
CREATE TABLE app.t (a int PRIMARY KEY, b int);
CREATE SCHEMA app_more;
CREATE PUBLICATION app_pub FOR TABLE app.t WHERE (a > 0), TABLES IN SCHEMA app_more WITH (publish = 'insert', publish_via_partition_root = true);
