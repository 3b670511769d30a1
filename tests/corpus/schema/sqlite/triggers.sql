CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c REAL);
CREATE TABLE log (at TEXT DEFAULT CURRENT_TIMESTAMP, what TEXT UNIQUE, n INT);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE TRIGGER t_insert INSERT ON t BEGIN INSERT INTO log (what) VALUES ('insert ; end'); END;
CREATE TRIGGER t_update AFTER UPDATE OF b, "c" ON main.t FOR EACH ROW WHEN new.b <> old.b AND (SELECT count(*) FROM log) > 0 BEGIN
	INSERT OR REPLACE INTO log (what, n) SELECT 'x', CASE WHEN new.c THEN 1 ELSE 2 END;
	-- the other
	UPDATE OR ignore log SET n = n+1 WHERE what = new.b;
	DELETE FROM log WHERE n > 10;
	SELECT RAISE(ABORT, 'no') WHERE new.a < 0;
	SELECT raise(ignore) WHERE new.a = 0;
	REPLACE INTO log (what) VALUES (new.b);
	INSERT INTO log (what) VALUES ('y') ON CONFLICT (what) DO UPDATE SET n = excluded.n WHERE n > 1;
	INSERT INTO log (what) VALUES ('y') on conflict do nothing;
END;
CREATE TRIGGER IF NOT EXISTS t_delete BEFORE DELETE ON t BEGIN INSERT INTO log (n) SELECT n FROM (SELECT 1 AS n); END;
CREATE TRIGGER v_insert INSTEAD OF INSERT ON v BEGIN INSERT INTO t (a, b) VALUES (new.a, new.b); END;
CREATE TRIGGER v_update INSTEAD OF UPDATE OF a ON v WHEN (new.a > 0) BEGIN UPDATE t SET b = new."b" WHERE a = old.a; END;
