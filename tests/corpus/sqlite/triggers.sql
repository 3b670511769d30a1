CREATE TRIGGER IF NOT EXISTS a AFTER INSERT ON t BEGIN
    UPDATE t SET a = CASE WHEN NEW.a > 0 THEN CASE NEW.b WHEN ';' THEN 1 END ELSE 2 END;
    INSERT INTO u (t_id) VALUES (NEW.id); -- END;
    DELETE FROM u WHERE x = 'END;';
END;
create temp trigger if not exists b before update of a, b on t
for each row when new.a is not old.a begin select raise(abort, 'no; really'); end;
CREATE TEMPORARY TRIGGER IF NOT EXISTS c INSTEAD OF DELETE ON v BEGIN /* ; */ DELETE FROM t WHERE id = OLD.id; END;
CREATE TRIGGER IF NOT EXISTS "d;" AFTER DELETE ON t BEGIN SELECT 1; END
;
CREATE TRIGGER IF NOT EXISTS e AFTER INSERT ON u WHEN NEW."end" BEGIN
    SELECT "end", "begin", u."end" FROM u;
    WITH w AS (SELECT 1 AS one) SELECT * FROM w; -- a ;
    REPLACE INTO u (id, "end") VALUES (1, 2);
END;
EXPLAIN QUERY PLAN SELECT 1;
SELECT 3;
