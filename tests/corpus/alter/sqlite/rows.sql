INSERT INTO authors (id, name, email, born, score) VALUES
	(1, 'Ada', 'ada@example.org', 1815, 1.5), (2, 'Grace', 'grace@example.org', 1906, 2.0),
	(7, 'Zoe', NULL, NULL, NULL);
INSERT INTO notes (id, author, title, body, stars, made) VALUES
	(1, 1, 'one', 'text of one', 3, '2026-01-01'), (2, 2, 'a rather long title', NULL, 0, '2026-01-02'),
	(9, NULL, '', 'without', NULL, '2026-01-03'), (50, 1, 'gone', '', 1, '2026-01-04');
DELETE FROM notes WHERE id = 50;
INSERT INTO tags VALUES (1, 'x'), (1, 'y'), (2, 'x');
INSERT INTO exact VALUES (1, 1.25, 'any', x'00ff'), (2, NULL, 7, NULL);
INSERT INTO computed (a, b) VALUES (1, 2), (3, NULL);
PRAGMA defer_foreign_keys = on;
INSERT INTO hens VALUES (1, 1), (2, NULL);
INSERT INTO eggs VALUES (1, 1), (2, 2);
INSERT INTO tree VALUES (1, NULL, 'root'), (2, 1, 'leaf');
INSERT INTO "odd one" VALUES ('a', 1, 'b'), (NULL, 2, NULL);
INSERT INTO plain VALUES (1, '007', x'01'), ('two', 2.5, NULL);
INSERT INTO spare VALUES (1, 'one'), (2, 'two');
INSERT INTO search VALUES ('a title', 'a body');
