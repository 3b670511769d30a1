INSERT INTO t (a, b) VALUES
    (1, 'Lorem ipsum; dolor sit amet, "consectetur" -- adipiscing'),
    (2, 'elit /* sed; do */ eiusmod'),
    (3, E'tempor\tincididunt;\n\'ut\' labore'),
    (4, $$et dolore; 'magna' "aliqua"$$),
    (5, 'Ut enim ad
minim veniam;
quis nostrud');
