SELECT 1 +-- a comment; not an operator
 2, 3 -/* a; */- 4, 5 */* c; */6, a <--;
 b;
SELECT @-/* ; */1, ~-1, a ->> 'b;', a #>> '{c;d}', a @> b, a ?| array['x;'], a <@ b;
SELECT 2 !=-1, 3 <> -2, a || ';' || b, a::text FROM f(a => 1, b := ';');
SELECT 1 OPERATOR(pg_catalog.+) 2;
CREATE OPERATOR <-> (FUNCTION = dist, LEFTARG = point, RIGHTARG = point);
SELECT a[1:2], b[:], c[1:], (d).e, (f(x)).*;
SELECT 1.5e3, .5, 5., 1e-3, 0.1E+2, 1.e1;
