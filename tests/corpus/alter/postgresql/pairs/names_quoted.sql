CREATE TYPE app."My Kind" AS ENUM ('a', 'b');
CREATE TABLE app."T t" ("C c" int, "k" app."My Kind" DEFAULT 'a', "q""q" serial);
-- destroys: column app."T t"."q""q"
-- destroys: value 'a' of enum app."My Kind"
-- to:
CREATE TYPE app."My Kind" AS ENUM ('b');
CREATE TABLE app."T t" ("C c" text NOT NULL, "k" app."My Kind" DEFAULT 'b', "x.y" int GENERATED ALWAYS AS IDENTITY, CONSTRAINT "c '' c" CHECK ("C c" <> ''''));
COMMENT ON COLUMN app."T t"."C c" IS 'it''s';
