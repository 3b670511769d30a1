SELECT 'it''s; here', '', '''', '''''', ';', '--', '/*', '*/', '$$', '"';
SELECT "a;b", "a""b;", "'", "--", "/*", "$$" FROM "t;u";
SELECT 'first'
       ' second; third'

   '-- fourth'
   , 'fifth'
   'sixth; ''';
SELECT 'back\slash\'; SELECT '\\'; SELECT '\';
