-- what is easily forgotten
CREATE SCHEMA one;
CREATE SCHEMA two;
-- inheritance over several levels
CREATE TABLE one.base (id integer NOT NULL, v integer DEFAULT 1, g integer GENERATED ALWAYS AS (id * 2) STORED,
	w text, CONSTRAINT small CHECK (id < 1000), CONSTRAINT own CHECK (id > 1) NO INHERIT);
CREATE TABLE one.middle (m integer DEFAULT 3, CONSTRAINT small CHECK (id < 1000)) INHERITS (one.base);
CREATE TABLE two.leaf (id integer DEFAULT 7, x integer) INHERITS (one.middle);
ALTER TABLE one.base ADD CONSTRAINT late CHECK (v > 0) NOT VALID;
ALTER TABLE one.middle ALTER COLUMN v SET DEFAULT 2;
ALTER TABLE two.leaf ALTER COLUMN m DROP DEFAULT;
ALTER TABLE two.leaf ALTER COLUMN w SET STORAGE PLAIN;
CREATE TABLE one.no_longer () INHERITS (one.base);
ALTER TABLE one.no_longer NO INHERIT one.base;
CREATE TABLE two.joined (LIKE one.base INCLUDING ALL);
ALTER TABLE two.joined DROP CONSTRAINT own;
ALTER TABLE two.joined INHERIT one.base;
-- keys that are plain indexes, and constraints without their usual names
CREATE TABLE one.target (a integer NOT NULL, b integer, c text);
CREATE UNIQUE INDEX target_a ON one.target (a);
CREATE UNIQUE INDEX target_b ON one.target (b) WHERE b IS NOT NULL;
ALTER TABLE one.target REPLICA IDENTITY USING INDEX target_a;
ALTER TABLE one.target CLUSTER ON target_a;
CREATE TABLE two.pointing (a integer REFERENCES one.target (a) DEFERRABLE, s integer);
CREATE UNIQUE INDEX taken ON two.pointing (s);
ALTER TABLE two.pointing ADD CONSTRAINT taken UNIQUE USING INDEX taken DEFERRABLE;
-- sequences here and there
CREATE TABLE one.counted (id serial, other integer);
ALTER SEQUENCE one.counted_id_seq RENAME TO "renamed seq";
CREATE SEQUENCE two.shared MINVALUE -5 START WITH -3 INCREMENT BY 2;
ALTER TABLE one.counted ALTER COLUMN other SET DEFAULT nextval('two.shared') + currval('two.shared');
ALTER TABLE one.counted RENAME TO recounted;
CREATE TABLE one.identities (id smallint GENERATED ALWAYS AS IDENTITY (MINVALUE -10 START WITH -5 INCREMENT BY -1));
ALTER TABLE one.identities RENAME COLUMN id TO number;
-- types upon types
CREATE DOMAIN one.positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN one.tiny AS one.positive CHECK (VALUE < 10) DEFAULT 5;
CREATE DOMAIN one.tinies AS one.tiny[] CHECK (cardinality(VALUE) < 5);
CREATE TYPE one.pair AS (l one.tiny, r one.tinies);
CREATE TYPE two.pairs AS (first one.pair, rest one.pair[]);
CREATE DOMAIN two.good_pair AS one.pair CHECK ((VALUE).l IS NOT NULL);
CREATE TYPE two.tiny_range AS RANGE (subtype = one.positive);
CREATE TABLE two.typed (p two.pairs, q two.good_pair[], r two.tiny_range, m two.tiny_multirange,
	t one.target, n numeric(5, -2), v varchar(3)[], b bit varying(4), i interval day to second(3), c "char", k char(5));
CREATE TYPE two.rows AS (whole two.typed, many two.typed[]);
-- values that look like something else
CREATE TABLE two.values (
	a text DEFAULT E'back\\slash', b jsonb DEFAULT '{"a": "it''s", "b": [1, 2]}', c text[] DEFAULT '{"a b",NULL}',
	d text DEFAULT 'DEFAULT nextval(''x'') -- no', e integer DEFAULT -1, f numeric DEFAULT -1.50, g date DEFAULT '2020-02-29',
	h time with time zone DEFAULT '12:00+02', i timestamp DEFAULT '2020-01-01 BC', j boolean DEFAULT false, k text DEFAULT '',
	l real DEFAULT 'NaN', m double precision DEFAULT 1e300, n uuid DEFAULT gen_random_uuid(), o inet DEFAULT '::1',
	p text DEFAULT CURRENT_USER, q text DEFAULT NULL, r char(3) DEFAULT 'ab', s name DEFAULT 'x', t regclass DEFAULT 'two.typed',
	u point DEFAULT '(1,2)', v int4range DEFAULT '[1,5)', w bit(3) DEFAULT B'101', x text DEFAULT $$a
new line$$, y text COLLATE "POSIX" DEFAULT 'Ü', z text DEFAULT ('a' || 'b') COLLATE "C");
COMMENT ON TABLE two.values IS '$$; DROP TABLE x; --  \n tab	end';
-- functions before, behind and within tables
CREATE FUNCTION two.twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN $1 * 2;
CREATE TABLE one.computed (a integer, b integer GENERATED ALWAYS AS (two.twice(a)) STORED, c integer DEFAULT two.twice(4),
	CHECK (two.twice(a) < 100), EXCLUDE USING btree (two.twice(a) WITH =) WHERE (two.twice(a) > 2));
CREATE INDEX ON one.computed (two.twice(a)) WHERE two.twice(c) > 1;
CREATE FUNCTION one.of_rows(one.computed[], VARIADIC "any") RETURNS SETOF record LANGUAGE internal AS 'window_rank' COST 5;
CREATE FUNCTION one.anything(anyelement, OUT x anyelement, OUT y anyarray) LANGUAGE sql AS 'SELECT $1, ARRAY[$1]';
CREATE FUNCTION one.defaults(a one.tiny DEFAULT 3, b text[] DEFAULT ARRAY['x', 'y'], c jsonb DEFAULT '{}') RETURNS void
	LANGUAGE plpgsql LEAKPROOF STABLE PARALLEL RESTRICTED SET work_mem = '1MB' SET search_path = '' AS 'BEGIN END';
CREATE FUNCTION one.support() RETURNS text LANGUAGE sql SECURITY DEFINER CALLED ON NULL INPUT AS $f$ SELECT '$function$' $f$;
CREATE AGGREGATE one.collect (anycompatible) (SFUNC = array_append, STYPE = anycompatiblearray, INITCOND = '{}');
CREATE AGGREGATE two.variadic_sum (VARIADIC integer[]) (SFUNC = array_cat, STYPE = integer[]);
CREATE PROCEDURE two.steps(a integer) LANGUAGE sql BEGIN ATOMIC INSERT INTO one.target VALUES (a, 1, 'x'); DELETE FROM one.target; END;
-- views of all sorts
CREATE VIEW one.joined AS SELECT a, t.b, p.s FROM one.target t JOIN two.pointing p USING (a);
ALTER VIEW one.joined RENAME COLUMN b TO "Renamed b";
CREATE VIEW two.upon AS SELECT j.*, row_number() OVER (PARTITION BY a ORDER BY s DESC NULLS LAST ROWS BETWEEN 1 PRECEDING AND
	CURRENT ROW) AS n, (SELECT array_agg(x ORDER BY x) FILTER (WHERE x > 1) FROM generate_series(1, 3) WITH ORDINALITY AS g (x, o)) AS xs
	FROM one.joined j;
CREATE VIEW two.whole AS SELECT t, t.*::text AS text, ROW(t.a, t.b)::text AS pair FROM one.target t;
CREATE VIEW two.sets AS SELECT a, b, count(*), GROUPING(a) FROM one.target GROUP BY GROUPING SETS ((a, b), ROLLUP (a)) HAVING count(*) > 1
	UNION ALL (SELECT 1, 2, 3, 4 EXCEPT SELECT 2, 3, 4, 5) ORDER BY 1 LIMIT 5 OFFSET 1;
CREATE VIEW two.lateral AS SELECT DISTINCT ON (t.a) t.a, l.x, CASE t.c WHEN 'a' THEN 1 ELSE 2 END AS k, COALESCE(t.b, 0) AS co,
	EXTRACT(year FROM now()) AS y, t.c LIKE 'x%' AS li, t.c SIMILAR TO 'x' AS si, (t.a, t.b) = (1, 2) AS r, t.b BETWEEN 1 AND 2 AS be,
	t.c IS DISTINCT FROM 'z' AS di, CAST(t.a AS numeric(4, 1)) AS ca, t.b IN (1, 2) AS i, '5'::integer AS five, current_date AS cd
	FROM one.target t LEFT JOIN LATERAL (SELECT t.a + v AS x FROM (VALUES (1), (2)) AS q (v)) l ON true WHERE EXISTS (SELECT 1)
	LIMIT 3;
CREATE VIEW two.checked AS SELECT a, b FROM one.target WHERE a > 0 WITH CASCADED CHECK OPTION;
CREATE MATERIALIZED VIEW two.kept AS SELECT * FROM two.upon WITH NO DATA;
CREATE INDEX kept_a ON two.kept (a);
CREATE VIEW one.of_kept AS SELECT a FROM two.kept;
CREATE RULE added AS ON INSERT TO one.joined DO INSTEAD INSERT INTO one.target (a) VALUES (NEW.a) RETURNING a, b, 1;
CREATE RULE told AS ON UPDATE TO one.target DO ALSO NOTIFY changed;
-- indexes
CREATE INDEX gist_options ON two.values USING gist (v range_ops) WITH (buffering = on);
CREATE INDEX brin_options ON two.values USING brin (e int4_minmax_multi_ops (values_per_range = 16), g) WITH (pages_per_range = 8);
CREATE INDEX hash_one ON two.values USING hash (a);
CREATE INDEX spgist_one ON two.values USING spgist (a COLLATE "C");
CREATE INDEX gin_one ON two.values USING gin (b jsonb_path_ops, c) WITH (fastupdate = off);
CREATE INDEX expressions ON two.values ((a || b::text), (e + 1) DESC, lower(k) varchar_pattern_ops);
CREATE STATISTICS two.on_expressions ON (e + 1), lower(a) FROM two.values;
-- privileges
CREATE FUNCTION two.closed() RETURNS integer LANGUAGE sql RETURN 1;
REVOKE ALL ON FUNCTION two.closed() FROM PUBLIC, CURRENT_USER;
GRANT SELECT ON two.kept TO PUBLIC;
GRANT ALL ON one.identities TO PUBLIC;
REVOKE USAGE ON TYPE one.pair FROM PUBLIC;
GRANT SELECT (a), INSERT (a, b) ON one.target TO PUBLIC;
GRANT CREATE ON SCHEMA two TO PUBLIC;
-- triggers here alone
CREATE FUNCTION one.trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE two.parts (id integer, k text, x text) PARTITION BY LIST (k);
CREATE UNLOGGED TABLE two.part_a PARTITION OF two.parts (x NOT NULL DEFAULT 'a') FOR VALUES IN ('a', NULL, 'it''s') WITH (fillfactor = 50);
CREATE TABLE two.part_rest PARTITION OF two.parts DEFAULT PARTITION BY RANGE (id, (lower(k)));
CREATE TABLE two.part_low PARTITION OF two.part_rest (PRIMARY KEY (id)) FOR VALUES FROM (MINVALUE, MINVALUE) TO (10, 'm');
CREATE TRIGGER here BEFORE INSERT OR DELETE ON two.part_a FOR EACH ROW EXECUTE FUNCTION one.trigger();
CREATE TRIGGER there AFTER UPDATE ON two.parts FOR EACH ROW WHEN (pg_trigger_depth() < 2) EXECUTE FUNCTION one.trigger();
ALTER TABLE two.part_low ENABLE ALWAYS TRIGGER there;
CREATE TRIGGER emptied BEFORE TRUNCATE ON two.parts EXECUTE FUNCTION one.trigger();
CREATE TABLE one.to_part (id integer REFERENCES two.part_low (id));
CREATE INDEX ON two.parts (id);
CREATE INDEX part_extra ON two.part_a (id) WHERE id > 3;
COMMENT ON INDEX two.part_a_id_idx IS 'of a partition';
CREATE TABLE two.detached PARTITION OF two.part_rest FOR VALUES FROM (20, 'a') TO (30, 'b');
ALTER TABLE two.part_rest DETACH PARTITION two.detached;
