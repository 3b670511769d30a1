SELECT CASE 1 WHEN 1 THEN 'a;' ELSE 'b' END AS r, (SELECT CASE WHEN 1 THEN 2 END);
SELECT a -> '$.x;', a ->> '$.y' FROM t;
SELECT 1e5, .5, 5., 0x1F, 1.5E-3, 1 << 2, 3 <> 4, 'a' || ';' || 'b', ~1, 1 == 1;
SELECT a COLLATE nocase, CAST(b AS TEXT), b LIKE '%;%' ESCAPE '\', b GLOB '[;]*' FROM t;
WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n;
INSERT INTO t (a, b) VALUES (1, 'x;'), (2, 'y') ON CONFLICT DO NOTHING;
