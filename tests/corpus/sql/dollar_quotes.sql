SELECT $$;$$, $a$;$$;$b$;$a$, $$$$, $_$;$_$, $a1$ $a$ $a1 $ $A1$ $a1$;
SELECT $outer$ $inner$ ; $inner$ ; $$ ; $outer$;
SELECT $a$ x$a$, $b$$$b$, $c$$c$;
SELECT a$1, a$$, b$x$ FROM a$b$c;
PREPARE p (int, text) AS SELECT $1;
PREPARE q AS SELECT f($1,$$;$$)::text;
PREPARE r AS SELECT $1 + $2, $1||$$;$$||$2;
EXECUTE p(1, $x$;'$x$);
