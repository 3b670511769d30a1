SELECT B'0101', b'', X'DEADBEEF', x'';
SELECT B'01'
 '10', X'A'
 'B' ;
SELECT 1 AS b, 2 AS x, 3 AS e, 4 AS n, 5 AS u;
SELECT u&1, e -1, b;
