CREATE TABLE authors (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	email TEXT COLLATE NOCASE,
	born INTEGER,
	score REAL DEFAULT 0.5,
	UNIQUE (email)
);
CREATE INDEX authors_by_name ON authors (name);
CREATE TABLE notes (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	author INTEGER REFERENCES authors (id),
	title TEXT NOT NULL DEFAULT '',
	body TEXT,
	stars INTEGER CHECK (stars >= 0),
	made TEXT DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX notes_by_author ON notes (author, made DESC);
CREATE UNIQUE INDEX notes_by_title ON notes (lower(title)) WHERE title <> '';
CREATE TABLE tags (
	note INTEGER NOT NULL,
	word TEXT NOT NULL,
	PRIMARY KEY (note, word),
	FOREIGN KEY (note) REFERENCES notes (id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE exact (
	code INT NOT NULL,
	amount REAL,
	raw ANY,
	data BLOB
) STRICT;
CREATE TABLE computed (
	a INTEGER,
	b INTEGER,
	total INTEGER GENERATED ALWAYS AS (a + b) VIRTUAL,
	kept INTEGER GENERATED ALWAYS AS (a * 2) STORED
);
CREATE TABLE hens (
	id INTEGER PRIMARY KEY,
	egg INTEGER REFERENCES eggs (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE eggs (
	id INTEGER PRIMARY KEY,
	hen INTEGER REFERENCES hens (id)
);
CREATE TABLE tree (
	id INTEGER PRIMARY KEY,
	parent INTEGER REFERENCES tree (id) ON UPDATE CASCADE,
	label VARCHAR(20)
);
CREATE TABLE "odd one" (
	"a b" TEXT,
	"order" INTEGER,
	"it's" TEXT DEFAULT 'x''y',
	CONSTRAINT "odd rule" CHECK ("order" < 100)
);
CREATE INDEX "odd index" ON "odd one" ("order" DESC);
CREATE TABLE plain (
	first,
	second,
	third
);
CREATE TABLE log (
	id INTEGER PRIMARY KEY,
	what TEXT
);
CREATE TABLE spare (
	x INTEGER,
	y TEXT
);
CREATE VIEW titles AS SELECT id, title FROM notes;
CREATE VIEW long_titles AS SELECT id FROM titles WHERE length(title) > 10;
CREATE VIEW people (who, mail) AS SELECT name, email FROM authors;
CREATE VIEW everything AS SELECT * FROM plain;
CREATE TRIGGER notes_logged AFTER INSERT ON notes
BEGIN
	INSERT INTO log (what) VALUES ('note ' || new.id);
END;
CREATE TRIGGER titles_added INSTEAD OF INSERT ON titles
BEGIN
	INSERT INTO notes (title) VALUES (new.title);
END;
CREATE VIRTUAL TABLE search USING fts5(title, body);
