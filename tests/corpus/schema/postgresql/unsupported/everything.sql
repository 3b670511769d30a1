-- one of each kind that a dump cannot write yet, and names instead
CREATE TYPE public.m AS ENUM ('x');
CREATE FUNCTION public.m_text(public.m) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''x''';
CREATE CAST (public.m AS text) WITH FUNCTION public.m_text(public.m);
CREATE ACCESS METHOD plain TYPE TABLE HANDLER heap_tableam_handler;
CREATE TYPE public.shell;
CREATE TYPE public.base;
CREATE FUNCTION public.base_in(cstring) RETURNS public.base LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION public.base_out(public.base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE public.base (INPUT = public.base_in, OUTPUT = public.base_out, LIKE = integer);
CREATE TYPE public.canon;
CREATE FUNCTION public.canonical(public.canon) RETURNS public.canon LANGUAGE internal IMMUTABLE STRICT
	AS 'int4range_canonical';
CREATE TYPE public.canon AS RANGE (subtype = integer, canonical = public.canonical);
CREATE COLLATION public.natural_order (provider = icu, locale = 'en-u-kn-true');
CREATE TABLE public.t (a integer);
COMMENT ON TYPE public.t IS 'the row type';
CREATE CONVERSION public.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE public.ft (a integer DEFAULT 1 CHECK (a > 0)) SERVER s;
CREATE TRIGGER r BEFORE INSERT ON public.ft FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE USER MAPPING FOR CURRENT_USER SERVER s;
CREATE INDEX broken ON public.t (a);
UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'public.broken'::regclass;
CREATE LANGUAGE mine HANDLER plpgsql_call_handler;
SELECT pg_catalog.lo_create(0);
CREATE FUNCTION public.same(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR public.=== (LEFTARG = integer, RIGHTARG = integer, FUNCTION = public.same);
CREATE OPERATOR CLASS public.backwards FOR TYPE integer USING btree AS
	OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(integer, integer);
REVOKE ALL ON FUNCTION pg_catalog.pg_sleep(double precision) FROM PUBLIC;
CREATE SUBSCRIPTION sub CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE);
CREATE TEXT SEARCH PARSER public.parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
	LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE public.tmpl (LEXIZE = dsimple_lexize, INIT = dsimple_init);
CREATE TEXT SEARCH DICTIONARY public.dict (TEMPLATE = pg_catalog.simple);
CREATE TEXT SEARCH CONFIGURATION public.cfg (PARSER = public.parser);
CREATE FUNCTION public.to_sql(internal) RETURNS public.m LANGUAGE internal IMMUTABLE AS 'int4in';
CREATE TRANSFORM FOR public.m LANGUAGE sql (TO SQL WITH FUNCTION public.to_sql(internal));
CREATE TABLE public.pointed (id integer PRIMARY KEY REFERENCES public.pointed);
ALTER TABLE public.pointed DISABLE TRIGGER ALL;
