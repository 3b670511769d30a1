-- one;
SELECT 1 -- two; 'three
, 2;
/* four; */ SELECT /* five; /* not nested; */ 5;
SELECT 6 /* ' " ` [ */ , 7 /**/ ; /***/ SELECT 8 /****/;
/*/ still; */ SELECT 9;
SELECT 10 - -1, 2 -/* ; */3, 4 */* ; */5, 6--;
;
SELECT 11 --
