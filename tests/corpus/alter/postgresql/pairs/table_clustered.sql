CREATE TABLE app.t (a int PRIMARY KEY, b int);
CREATE INDEX t_b ON app.t (b);
ALTER TABLE app.t CLUSTER ON t_b;
CREATE TABLE app.u (a int PRIMARY KEY);
-- to:
CREATE TABLE app.t (a int PRIMARY KEY, b int);
CREATE INDEX t_b ON app.t (b);
CREATE TABLE app.u (a int PRIMARY KEY);
ALTER TABLE app.u CLUSTER ON u_pkey;
