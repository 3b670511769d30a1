SELECT U&'d\0061t\+000061;', U&'\\;', U&"d\0061t\+000061" FROM U&"\0441\043B;\043E\043D";
SELECT u&'x;!0061' UESCAPE '!', U&"d;!0061" UESCAPE '!', U&'it''s; here';
SELECT u & 1, "U"&'a;' , U&U FROM t;
