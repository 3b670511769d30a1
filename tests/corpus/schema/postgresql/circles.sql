-- objects that need each other, and objects that sort behind what needs them
CREATE TABLE public.a (id integer PRIMARY KEY, b_id integer);
CREATE TABLE public.b (id integer PRIMARY KEY, a_id integer REFERENCES public.a);
ALTER TABLE public.a ADD FOREIGN KEY (b_id) REFERENCES public.b;
CREATE TABLE public.tree (id integer PRIMARY KEY, parent integer REFERENCES public.tree);
CREATE TABLE public.checked (id integer, v text, d text, CONSTRAINT plain CHECK (id > 0));
CREATE FUNCTION public.fits(r public.checked) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
ALTER TABLE public.checked ADD CONSTRAINT fitting CHECK (public.fits(checked.*));
CREATE FUNCTION public.next_d(r public.checked DEFAULT NULL) RETURNS text LANGUAGE sql AS 'SELECT ''d''';
ALTER TABLE public.checked ALTER COLUMN d SET DEFAULT public.next_d();
CREATE TABLE public.generated (id integer, v text);
CREATE FUNCTION public.made(r public.generated, i integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT i';
ALTER TABLE public.generated ADD COLUMN g integer GENERATED ALWAYS AS (public.made(NULL, id)) STORED;
COMMENT ON COLUMN public.generated.g IS 'last';
CREATE DOMAIN public.z_domain AS integer;
CREATE FUNCTION public.z_good(v public.z_domain) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
ALTER DOMAIN public.z_domain ADD CONSTRAINT good CHECK (public.z_good(VALUE));
CREATE TABLE public.z_table (id integer PRIMARY KEY, name text);
CREATE VIEW public.m_view AS SELECT id, name FROM public.z_table;
CREATE VIEW public.a_view AS SELECT id FROM public.m_view;
CREATE FUNCTION public.a_function(v public.a_view) RETURNS SETOF public.m_view LANGUAGE sql
	BEGIN ATOMIC SELECT * FROM public.m_view; END;
CREATE TABLE public.a_table (v public.m_view, z public.z_table[], n integer);
CREATE VIEW public.loop AS SELECT 1 AS id, 'x'::text COLLATE "C" AS "Name", now() AS at;
CREATE FUNCTION public.loops(v public.loop) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.after_loops(v public.loop[]) RETURNS SETOF public.loop LANGUAGE sql AS 'SELECT * FROM public.loop';
CREATE OR REPLACE VIEW public.loop AS SELECT public.loops(NULL) AS id, 'x'::text COLLATE "C" AS "Name", now() AS at;
CREATE DOMAIN public.a_domain AS integer CHECK (public.loops(NULL) = VALUE);
