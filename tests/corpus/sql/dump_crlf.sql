--
-- PostgreSQL database dump
--

-- Dumped from database version 15.1

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET row_security = off;

--
-- Name: f(integer); Type: FUNCTION; Schema: public; Owner: o'brien
--

CREATE FUNCTION public.f(a integer) RETURNS integer
    LANGUAGE sql
    AS $_$ SELECT $1; $_$;


ALTER FUNCTION public.f(a integer) OWNER TO "o'brien";

SET default_table_access_method = heap;

CREATE TABLE public.t (
    id integer NOT NULL,
    name character varying(10) DEFAULT ';'::character varying
);

COPY public.t (id, name) FROM stdin;
1	it's; "odd
2	\N
3	$$ /* -- (
\.


--
-- Data for Name: empty; Type: TABLE DATA; Schema: public; Owner: o'brien
--

COPY public.empty (id) FROM stdin;
\.


SELECT pg_catalog.setval('public.t_id_seq', 3, true);
ALTER TABLE ONLY public.t
    ADD CONSTRAINT t_pkey PRIMARY KEY (id);

--
-- PostgreSQL database dump complete
--

