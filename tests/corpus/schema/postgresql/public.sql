-- the schema public, changed; and what is in it
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO PUBLIC;
COMMENT ON SCHEMA public IS 'not the standard one';
CREATE TABLE public.t (id integer);
