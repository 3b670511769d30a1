SELECT 'one'

'two;', "x" FROM (SELECT 1 AS "x") AS "y;";
