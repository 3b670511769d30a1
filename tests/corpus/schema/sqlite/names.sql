-- Names that need quotes, and those that only look so.
CREATE TABLE "order" ("select" INTEGER PRIMARY KEY, "a b" TEXT, "c.d" TEXT, "e""f" TEXT, [g"h] TEXT, `i``j` TEXT,
	'k''l' TEXT, "Mixed" TEXT, "1st" TEXT, "é" TEXT, "a$b" TEXT, "key" TEXT, action TEXT, "true" INT, rowid_ INT,
	CHECK ("select" > 0), CHECK ("a b" <> 'a "b"'), CHECK (key <> 'key'), CHECK ("key" <> "keys"), CHECK (action <> "key"),
	UNIQUE ("a b", "Mixed"), UNIQUE (MIXED), UNIQUE (key, "e""f"));
CREATE TABLE "Mixed" (Id INTEGER PRIMARY KEY, "order" INT REFERENCES "ORDER" ("SELECT"), CHECK (iD > 0));
CREATE TABLE "tab	and
line" (a INT, "with, comma" INT, UNIQUE ("with, comma"), CHECK ("with, comma" > a));
CREATE TABLE "left" ("join" INT, natural_ INT, "indexed" INT CHECK (indexed > 0));
CREATE TABLE "a.b" ("c" INT);
CREATE TABLE a ("b.c" INT);
CREATE TABLE like_ ("like" INT, glob_ INT, "match" INT, "range" INT CHECK (range BETWEEN 1 AND 2),
	CHECK ("like" like 'x' AND "match" > 0), CHECK (replace("range", 1, 2) <> ''), CHECK (like('a', "like")));
CREATE TABLE "ünïcode" ("größe" INT CHECK (größe > 0), "日本" TEXT);
CREATE TABLE 'single' ('a' INT, CHECK (a <> 'a'));
CREATE INDEX "index" ON "order" ("select", "a b" DESC);
CREATE INDEX "a ""quoted"" one" ON "order" (lower("Mixed"), [key]);
CREATE INDEX single_index ON single ('a');
CREATE VIEW "view" AS SELECT "select", [a b], `key` AS "group" FROM "order" WHERE "true" AND action <> 'x';
CREATE VIEW "of ""Mixed""" AS SELECT Id, "order" FROM Mixed;
CREATE TRIGGER "trigger" AFTER UPDATE OF "select", "a b" ON "order" BEGIN UPDATE "Mixed" SET "order" = new."select" WHERE Id = old.key; END;
CREATE TRIGGER "when" INSERT ON "a.b" WHEN new."c" > 0 BEGIN DELETE FROM "a.b" WHERE "a.b"."c" = new.c; END;
