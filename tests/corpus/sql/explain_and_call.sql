EXPLAIN (ANALYZE, FORMAT json) SELECT ';';
CALL p(1, 'a;', $$b;$$);
EXECUTE q (1, ';');
DEALLOCATE ALL;
VALUES (1, ';'), (2, 'x');
TABLE t;
