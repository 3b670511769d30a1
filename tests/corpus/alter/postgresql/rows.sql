INSERT INTO authors (id, name, email, born, score) VALUES
	(1, 'Ada', 'ada@example.org', 1815, 1.5), (2, 'Grace', 'grace@example.org', 1906, 2.0),
	(7, 'Zoe', NULL, NULL, NULL);
INSERT INTO notes (id, author, title, body, stars, made) VALUES
	(1, 1, 'one', 'text of one', 3, '2026-01-01'), (2, 2, 'a rather long title', NULL, 0, '2026-01-02'),
	(9, NULL, '', 'without', NULL, '2026-01-03');
INSERT INTO tags VALUES (1, 'x'), (1, 'y'), (2, 'x');
INSERT INTO hens VALUES (1, 1), (2, NULL);
INSERT INTO eggs VALUES (1, 1), (2, 2);
INSERT INTO tree VALUES (1, NULL, '1'), (2, 1, '2');
INSERT INTO events VALUES ('2025-05-05', 'a', 1), ('2026-05-05', 'b', 2);
INSERT INTO animals VALUES ('hen', 2);
INSERT INTO cats VALUES ('tom', 4, true);
INSERT INTO rooms VALUES (1, (1, 2, 3), '[2026-01-01,2026-01-03)', 'shut');
INSERT INTO "odd one" VALUES ('a', 1, 'b'), (NULL, 2, NULL);
INSERT INTO log (what) VALUES ('begun'), ('ended');
INSERT INTO spare VALUES (1, 'one'), (2, 'two');
INSERT INTO app.spare VALUES (1, '{open,shut}');
