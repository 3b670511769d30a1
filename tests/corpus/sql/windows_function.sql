SELECT sum(a) OVER (PARTITION BY b ORDER BY c ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t;
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FILTER (WHERE b <> ';') FROM t;
SELECT xmlelement(name foo, xmlattributes(a AS ";"), 'b;') FROM t;
SELECT extract(epoch FROM now()), substring('a;b' FROM 1 FOR 2), trim(BOTH ';' FROM ';a;');
