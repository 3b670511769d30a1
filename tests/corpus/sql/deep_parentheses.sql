SELECT ((((((((((1)))))))))), (((';'))), ')', "(", $$($$ FROM (SELECT ((2))) AS "a)";
SELECT (SELECT (SELECT (SELECT ';')));
SELECT '(', '((', /* ( */ 1 -- (
;
