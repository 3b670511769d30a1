CREATE TABLE IF NOT EXISTS "trigger" (begin, "end;", atomic);
CREATE INDEX IF NOT EXISTS "i;j" ON t (a, b COLLATE nocase) WHERE b <> ';';
SELECT begin FROM (SELECT 1 AS begin);
SELECT 1 AS [end;], 2 AS "case;";
DROP TRIGGER IF EXISTS begin;
CREATE TRIGGER IF NOT EXISTS begin AFTER UPDATE OF "begin" ON u BEGIN SELECT 1; END;
CREATE TABLE IF NOT EXISTS größe (straße TEXT DEFAULT 'ä;', 名前, "🦊;");
