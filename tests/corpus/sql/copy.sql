COPY t FROM STDIN;
a
\.
COPY (SELECT ';', 1 FROM stdin) TO STDOUT WITH (FORMAT csv, DELIMITER ';');
copy t(a, "b;") from stdin with (format csv, header, delimiter ';', quote '"'); -- data; follow
1;"x"
\\.
 \.
\. 
\.
COPY t FROM '/tmp/x;y';
COPY BINARY t FROM stdin;
\.
COPY t TO PROGRAM 'cat > /tmp/x; true';
COPY stdin TO stdout;
COPY s.stdin (a) FROM stdin WHERE a > 1;
SELECT 1;
\.
SELECT 2;
