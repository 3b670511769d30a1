-- partitioned tables, with indexes, keys and triggers that partitions have in common
CREATE FUNCTION public.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE public.z_log (at date NOT NULL, region text NOT NULL, id integer NOT NULL, note text DEFAULT 'x',
	CONSTRAINT z_log_pkey PRIMARY KEY (at, region, id), CHECK (id > 0)) PARTITION BY RANGE (at);
CREATE TABLE public.log_2020 PARTITION OF public.z_log (note DEFAULT 'twenty', CONSTRAINT own CHECK (id < 100))
	FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE public.a_attached (region text NOT NULL, dropped integer, note text, id integer NOT NULL, at date NOT NULL,
	CONSTRAINT z_log_id_check CHECK (id > 0));
ALTER TABLE public.a_attached DROP COLUMN dropped;
CREATE INDEX a_note ON public.a_attached (note);
ALTER TABLE public.z_log ATTACH PARTITION public.a_attached FOR VALUES FROM ('2021-01-01') TO (MAXVALUE);
CREATE TABLE public.log_rest PARTITION OF public.z_log DEFAULT PARTITION BY LIST (region);
CREATE TABLE public.log_rest_eu PARTITION OF public.log_rest FOR VALUES IN ('eu', 'us');
CREATE INDEX z_log_note ON public.z_log (note) WHERE id > 1;
CREATE INDEX log_note_plain ON public.z_log (note);
CREATE UNIQUE INDEX log_unique ON public.z_log (at, region, note);
CREATE INDEX only_parent ON ONLY public.z_log (id);
CREATE INDEX only_here ON public.log_2020 (id, note);
CREATE TRIGGER everywhere AFTER INSERT ON public.z_log FOR EACH ROW EXECUTE FUNCTION public.nothing();
ALTER TABLE public.log_2020 DISABLE TRIGGER everywhere;
CREATE TABLE public.hashed (id bigint, tenant integer, UNIQUE (tenant, id)) PARTITION BY HASH (tenant);
CREATE TABLE public.hashed_0 PARTITION OF public.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE public.hashed_1 PARTITION OF public.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
ALTER INDEX public.hashed_1_tenant_id_key RENAME TO "Another name";
CREATE TABLE public.refers (id integer PRIMARY KEY, tenant integer, hashed bigint,
	FOREIGN KEY (tenant, hashed) REFERENCES public.hashed (tenant, id));
ALTER TABLE public.z_log ADD CONSTRAINT z_log_refers FOREIGN KEY (id) REFERENCES public.refers (id);
CREATE TABLE public.alone (id integer PRIMARY KEY) PARTITION BY RANGE (id);
CREATE VIEW public.logged AS SELECT z.at, count(*) FROM public.z_log z GROUP BY z.at, z.region, z.id;
