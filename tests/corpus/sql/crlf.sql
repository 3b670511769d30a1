SELECT 1; -- one;
SELECT 'a;
b';
/* ;
*/ SELECT 2;
