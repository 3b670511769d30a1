CREATE FUNCTION add(a int, b int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT a + b; END;
CREATE OR REPLACE PROCEDURE p(x int)
LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO t VALUES (x); -- END;
    INSERT INTO u VALUES (CASE WHEN x > 0 THEN CASE x WHEN 1 THEN 'a;' END ELSE 'b' END);
    UPDATE t SET a = (SELECT CASE WHEN true THEN 1 END);
    ;
    DELETE FROM t WHERE a = 'END;';
END;
CREATE FUNCTION nothing() RETURNS void BEGIN ATOMIC END;
create function f() returns setof int begin
  -- comment between
  atomic /* and; here */ values (1), (2); select 3; end;
CREATE FUNCTION g(int = (1)) RETURNS int STABLE PARALLEL SAFE COST 10 BEGIN ATOMIC SELECT $1; END;
SELECT 1;
