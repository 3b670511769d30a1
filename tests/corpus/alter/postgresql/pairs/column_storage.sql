CREATE TABLE app.t (a text, b numeric, c text, d int[]);
ALTER TABLE app.t ALTER a SET STORAGE MAIN, ALTER b SET STORAGE EXTERNAL, ALTER d SET STORAGE PLAIN, ALTER a SET STATISTICS 50, ALTER a SET COMPRESSION pglz, ALTER a SET (n_distinct = 5);
-- to:
CREATE TABLE app.t (a text, b numeric, c text, d int[]);
ALTER TABLE app.t ALTER c SET STORAGE EXTERNAL, ALTER a SET STATISTICS 60, ALTER c SET COMPRESSION pglz, ALTER a SET (n_distinct_inherited = 5);
