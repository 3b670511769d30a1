SELECT ';', 'it''s; here', '''', '', '\';
SELECT "c;d", `e;f`, [g;h], t."c;d" FROM t;
SELECT "a""b;" AS "x;""y", `c``;` AS `z;``w` FROM (SELECT 1 AS "a""b;", 2 AS `c``;`);
SELECT x'00ff', X'', x'ABCD' AS x;
SELECT 'back\', ';', '--', '/*', '"', '`', '[', ']';
SELECT [--], [/*], ['], ["], [`] FROM (SELECT 1 AS [--], 2 AS [/*], 3 AS ['], 4 AS ["], 5 AS [`]);
