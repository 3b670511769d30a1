CREATE TABLE t$1 (a$b int, c$$ text, _$x$_ int);
SELECT t$1.a$b, c$$, _$x$_ FROM t$1 WHERE c$$ = $$;$$ AND _$x$_ = 1;
