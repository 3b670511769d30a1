-- What the other files' statements need to compile
CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, a, b TEXT, "c;d", `e;f`, [g;h]);
CREATE TABLE IF NOT EXISTS u (id INTEGER PRIMARY KEY, t_id REFERENCES t (id), x, "end", "begin");
CREATE VIEW IF NOT EXISTS v AS SELECT id, a FROM t WHERE b <> ';';
CREATE TABLE IF NOT EXISTS new_t (id INTEGER PRIMARY KEY, a TEXT CHECK (a <> ';'));
