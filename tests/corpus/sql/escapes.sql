SELECT E'it\'s; here', E'\\', E'\\\'', e'\'', E'''', E'\'''', E'\n;\x41;\101\u00e9';
SELECT E'continued\''
  'still an \'escape; string\''
  '\';';
SELECT E'\\', ';', E'\\\\'; SELECT typeE';' FROM (VALUES (1)) AS typeE(a);
SELECT n'national; \', N'x''y;', b'01', B'10', X'1F';
