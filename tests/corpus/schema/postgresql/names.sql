-- names that must be quoted, the same name in several schemas, words of SQL as names
CREATE SCHEMA "Sales Dept";
CREATE SCHEMA "select";
CREATE SCHEMA "a.b";
CREATE SCHEMA ", odd";
DO $$ BEGIN CREATE ROLE "odd ""role"", x"; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
CREATE TYPE "Sales Dept"."Kind" AS ENUM ('A b', '"', '''', 'ß');
CREATE TYPE "select"."Kind" AS ENUM ('x');
CREATE DOMAIN "a.b"."d.e" AS "Sales Dept"."Kind" CONSTRAINT "c ""q""" CHECK (VALUE <> '''');
CREATE TABLE "Sales Dept"."Order" (
	"Id" serial PRIMARY KEY, "from" text DEFAULT 'it''s', "a.b" "a.b"."d.e", "quo""te" integer,
	"Ünïcode" text, " leading" integer CHECK (" leading" > 0), "select" "select"."Kind"[],
	CONSTRAINT "Order's check" CHECK ("from" <> ' CHECK (' AND "quo""te" > 1));
CREATE TABLE "select"."Order" ("Id" integer REFERENCES "Sales Dept"."Order", CONSTRAINT "Order_pkey" PRIMARY KEY ("Id"));
CREATE TABLE "a.b"."c.d" ("e.f" integer, "e" integer GENERATED ALWAYS AS IDENTITY);
CREATE TABLE ", odd"."t, u" ("s, t" serial, "x""y, z" serial);
CREATE SEQUENCE ", odd"."more, of it" OWNED BY ", odd"."t, u"."s, t";
CREATE INDEX "i.j" ON "a.b"."c.d" ("e.f", (lower("e"::text))) WHERE "e.f" IS NOT NULL;
CREATE INDEX " USING " ON "Sales Dept"."Order" ("from") WHERE "from" <> ' WITH (fillfactor=''70'') WHERE ';
COMMENT ON INDEX "a.b"."i.j" IS 'an index';
COMMENT ON COLUMN "Sales Dept"."Order"."quo""te" IS 'a "quoted" one';
CREATE VIEW "a.b"."view" AS SELECT "Id" AS "user", "a.b" AS "order" FROM "Sales Dept"."Order";
CREATE FUNCTION "a.b"."f(x)"("in" integer, "Out" "Sales Dept"."Order") RETURNS "select"."Kind" LANGUAGE sql
	AS $$ SELECT 'x'::"select"."Kind" $$;
COMMENT ON FUNCTION "a.b"."f(x)"(integer, "Sales Dept"."Order") IS 'odd';
CREATE AGGREGATE "a.b"."agg(" (integer) (SFUNC = int4pl, STYPE = integer);
CREATE PROCEDURE "select"."from"("table" "Sales Dept"."Kind"[]) LANGUAGE sql AS '';
CREATE TABLE public."user" ("order" integer, "group" integer, "end" text);
CREATE TABLE public."User" (id integer);
GRANT SELECT ON public."User" TO "odd ""role"", x";
GRANT SELECT ("end") ON public."user" TO "odd ""role"", x" WITH GRANT OPTION;
CREATE POLICY "p p" ON public."user" TO "odd ""role"", x" USING ("order" = 1);
CREATE TRIGGER "t t" BEFORE UPDATE ON public."user" FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE RULE "r r" AS ON DELETE TO public."user" DO INSTEAD NOTHING;
ALTER TABLE public."user" DISABLE RULE "r r";
