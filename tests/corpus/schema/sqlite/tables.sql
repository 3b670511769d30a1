-- Tables of every shape: keys, types, defaults, collations, conflict clauses.
CREATE TABLE plain (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body text, UNIQUE(title));
CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, v);
CREATE TABLE counted_too (id INTEGER CONSTRAINT pk PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT);
CREATE TABLE counted_apart (v, id INTEGER, PRIMARY KEY (id AUTOINCREMENT));
CREATE TABLE not_rowid (id INT PRIMARY KEY, other INTEGER);
CREATE TABLE quirk (id INTEGER PRIMARY KEY DESC, other INTEGER);
CREATE TABLE no_quirk (id INTEGER, other INTEGER, PRIMARY KEY (id DESC));
CREATE TABLE named_quirk (id INTEGER CONSTRAINT pk PRIMARY KEY DESC, CHECK (id <> 1 OR 1), UNIQUE (id));
CREATE TABLE composite (a TEXT, b BLOB, c REAL, PRIMARY KEY (c, a DESC), UNIQUE (b, a) ON CONFLICT IGNORE);
CREATE TABLE collated (a TEXT COLLATE nocase, b TEXT COLLATE BINARY, c TEXT COLLATE rtrim,
	PRIMARY KEY (a COLLATE binary, b COLLATE BINARY), UNIQUE (c COLLATE "NOCASE" DESC));
CREATE TABLE keyed (k TEXT PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE keyed_by_two (k TEXT, l INTEGER NOT NULL ON CONFLICT FAIL, v ANY, PRIMARY KEY (l, k DESC)) WITHOUT ROWID, STRICT;
CREATE TABLE keyed_by_number (k INTEGER PRIMARY KEY DESC, v) without rowid;
CREATE TABLE keyed_apart (k INTEGER, v, PRIMARY KEY (k DESC)) WITHOUT ROWID;
CREATE TABLE exact (i INT, n INTEGER NOT NULL, r REAL, t TEXT, b BLOB, a ANY, PRIMARY KEY (i, t)) STRICT;
CREATE TABLE types (a, b INT, c VARCHAR (10), d decimal ( 10 , -2 ), e DOUBLE PRECISION, f "odd type", g "odd (type",
	h 'quoted', i [bracketed], j UNSIGNED BIG INT /* eight bytes */ , k character
	varying(20), l "num" (+5));
CREATE TABLE IF NOT EXISTS main.defaults (
	a DEFAULT 1, b DEFAULT -1.5e3, c DEFAULT + 7, d DEFAULT 'it''s', e DEFAULT x'00FF', f DEFAULT NULL,
	g DEFAULT current_timestamp, h DEFAULT word, i DEFAULT "two words", j DEFAULT (1), k DEFAULT ((1+2)*3),
	l DEFAULT (lower(hex(randomblob(16)))), m DEFAULT true, n DEFAULT "true", o DEFAULT 0x1F, p DEFAULT .5,
	q DEFAULT (- 1), r DEFAULT (-(-1)), s DEFAULT key, t DEFAULT (CAST('1' AS integer)), u DEFAULT 1 DEFAULT 2
);
CREATE TABLE conflicts (
	a INT NOT NULL ON CONFLICT IGNORE UNIQUE ON CONFLICT REPLACE,
	b INT NOT NULL ON CONFLICT ABORT UNIQUE ON CONFLICT ABORT,
	c INT NULL ON CONFLICT ROLLBACK,
	d INT NOT NULL ON CONFLICT ROLLBACK,
	PRIMARY KEY (c) ON CONFLICT FAIL,
	UNIQUE (a, b) ON CONFLICT ROLLBACK
);
CREATE TABLE named (
	a INT CONSTRAINT a_there NOT NULL CONSTRAINT a_once UNIQUE CONSTRAINT a_high CHECK (a > 0) CHECK (a < 100),
	b INT CONSTRAINT b_alone CONSTRAINT b_checked CHECK (b > 0),
	c INT CONSTRAINT c_there NOT NULL,
	CHECK (c > 0), CHECK (a > b), CONSTRAINT "two of them" UNIQUE (b) UNIQUE (c) CHECK (b <> c)
);
CREATE TABLE twice (a INT CHECK (a > 0) CHECK (a>0), b INT UNIQUE UNIQUE, UNIQUE (b), UNIQUE (b) ON CONFLICT FAIL,
	CONSTRAINT x CHECK (a > 1), CONSTRAINT x CHECK (a > 2), CONSTRAINT x CHECK (a > 2));
CREATE TABLE checks (
	a INTEGER CHECK(a>0 AND"a"<10), b TEXT CHECK (b IN ("x", 'y', [a])), c TEXT,
	CHECK (((c IS NOT NULL))), CHECK (length(c)<=10 or c LIKE '%\%' ESCAPE '\' OR c not like 'x'), CHECK (c||b<>'ab'),
	CHECK (CASE WHEN a THEN b END IS NOT c), CHECK (checks.a BETWEEN -1 AND +10), CHECK (- -a <> ~a),
	CHECK (json_extract(c, '$.a')->>'b' ISNULL), CHECK (A NOTNULL), CHECK (cast(a AS "text") glob '*' COLLATE "nocase"),
	CHECK (c COLLATE nocase <> 'x'), CHECK ((a, b) <> (1, 2)), CHECK (c <> x'00' AND c <> 0xFF AND c < 1e3)
);
CREATE TABLE computed (
	a INT, b INT GENERATED ALWAYS AS (a * 2), c INT AS (a+b) STORED, d GENERATED ALWAYS AS (lower (a)) VIRTUAL NOT NULL,
	e TEXT COLLATE nocase GENERATED ALWAYS AS (a || 'x') STORED CHECK (e <> 'y')
);
CREATE TABLE other_spelling(	"id"INTEGER /* the key */ PRIMARY KEY, -- first
	[title]TEXT NOT/**/NULL,`body`TEXT, unique("title"));
CREATE TABLE copied AS SELECT 1 AS "a b", 'x' AS c, 2.5 AS [order];
