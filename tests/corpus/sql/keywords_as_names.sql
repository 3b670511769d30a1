CREATE TABLE copy (begin int, commit int, "end" int, rollback int, atomic int, function int);
SELECT begin, commit, atomic, function, procedure, replace FROM copy;
CREATE FUNCTION copy(begin int) RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER TABLE copy RENAME begin TO start;
INSERT INTO copy (begin, commit) VALUES (1, 2);
