/* one; */ SELECT /* two; /* nested; */ still; */ 1 -- three;
  , 2 --
  /**/ , /***/ 3 /* '; */ /* "; */ /* $$; */
  -- '
  -- "
  -- $$ ; /*
;
/*/ not closed by the same slash; */ SELECT 4;
/* a /* b /* c; */ ; */ ; */ SELECT 5;
SELECT 6 /* * / ; ** // ;*/;
/*
 * A box of stars; ***;
 ****/
SELECT 7;
--/* no block
SELECT 8; --*/
--
---- ;
SELECT 9--no newline is needed;
;
