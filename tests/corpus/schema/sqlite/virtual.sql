CREATE TABLE docs (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
CREATE VIRTUAL TABLE docs_fts USING fts5(title, body UNINDEXED,content = 'docs', content_rowid='id',  tokenize = "porter ascii", prefix='2 3');
CREATE TRIGGER docs_added AFTER INSERT ON docs BEGIN INSERT INTO docs_fts (rowid, title, body) VALUES (new.id, new.title, new.body); END;
CREATE TRIGGER docs_deleted AFTER DELETE ON docs BEGIN INSERT INTO docs_fts (docs_fts, rowid, title) VALUES ('delete', old.id, old.title); END;
CREATE VIRTUAL TABLE IF NOT EXISTS "places of interest" USING rtree(id, x0, x1, y0, y1, +label TEXT);
CREATE VIRTUAL TABLE words USING fts5vocab('docs_fts', 'row');
CREATE VIRTUAL TABLE old_fts USING fts4(a,b);
CREATE VIEW labels AS SELECT label FROM "places of interest";
INSERT INTO docs VALUES (1, 'one', 'two');
