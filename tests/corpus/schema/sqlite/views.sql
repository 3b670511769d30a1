CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c REAL);
CREATE TABLE u (t INT REFERENCES t, "group" TEXT, n INT);
CREATE INDEX t_c ON t (c);
CREATE VIEW zz AS SELECT a, b FROM t;
CREATE VIEW aa AS SELECT * FROM zz JOIN u ON u.t=zz.a;
CREATE VIEW listed(x, "y z") AS SELECT a,b from t;
CREATE VIEW computed AS SELECT a+1, count(*), 'x', NULL, "b" FROM t GROUP BY b HAVING count(*)>1 ORDER BY b desc LIMIT 10 OFFSET 2;
CREATE VIEW windowed AS SELECT a, row_number() OVER (PARTITION BY b ORDER BY c ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE NO OTHERS) AS n,
	sum(c) FILTER (WHERE c > 0) OVER w AS s FROM t WINDOW w AS (ORDER BY a nulls last RANGE 5 preceding);
CREATE VIEW recursive_one AS WITH RECURSIVE r(n) AS (VALUES (1) UNION ALL SELECT n+1 FROM r WHERE n<10), m AS MATERIALIZED (SELECT 1 AS o) SELECT n, o FROM r, m;
CREATE VIEW compound AS SELECT a FROM t UNION SELECT n FROM u EXCEPT SELECT 0 INTERSECT SELECT 1;
CREATE VIEW joined AS SELECT t.*, "u"."group" AS [key] FROM t LEFT OUTER JOIN "u" ON t.a = u.n CROSS JOIN `zz` z NATURAL JOIN zz;
CREATE VIEW cases AS SELECT CASE b WHEN 'x' THEN 1 ELSE CASE WHEN c THEN 2 END END AS v, CAST(c AS integer) AS w, b like 'x%' escape '\' AS l, exists (select 1 from u) AS e,
	t.a IN (SELECT n FROM u) AS i, a NOT IN (1,2) AS j, a is not distinct from b AS k, -a AS m, 5 - -a AS n, b collate nocase AS o, current_timestamp AS p FROM t INDEXED BY t_c WHERE c > 0;
CREATE VIEW outer_names AS SELECT * FROM (SELECT a+1, b||'x' y, max(a,c) FROM t) s, (SELECT 2*3);
CREATE VIEW with_names AS WITH w AS (SELECT a+1, CASE a WHEN 1 THEN 2 END, CASE a WHEN 1 THEN 2 END z, a IS NOT DISTINCT FROM b, (SELECT 1+1) FROM t), x(p) AS (SELECT 1+2) SELECT *, p*2 FROM w, x UNION ALL SELECT 1,2,3,4,5,6,7;
CREATE VIEW odd_names AS SELECT a /* one */ +1 /* two */, null, sum(a)  OVER (ORDER BY b), b  LIKE  'x', 'a'  'b', a IN (SELECT a+1 FROM t), "no such column", t.b, current_date, true FROM t;
CREATE VIEW broken AS SELECT nowhere FROM no_such_table;
CREATE VIEW commented AS -- with a comment
	SELECT a /* inside */ FROM t; -- and behind
