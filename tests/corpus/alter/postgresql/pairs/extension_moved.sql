CREATE SCHEMA app_ext;
CREATE EXTENSION hstore SCHEMA app;
CREATE TABLE app.t (h app.hstore);
-- to:
CREATE SCHEMA app_ext;
CREATE EXTENSION hstore SCHEMA app_ext;
CREATE TABLE app.t (h app_ext.hstore);
