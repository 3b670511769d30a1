SELECT '{"a": "b;c", "d": [1, 2, {"e": "it''s"}]}'::jsonb -> 'd' -> 2 ->> 'e';
UPDATE t SET j = jsonb_set(j, '{a,b}', '";"') WHERE j @? '$.x[*] ? (@ > 1)';
SELECT j #- '{a;b}', j - 'k;', j ?& array['a', 'b'] FROM t;
