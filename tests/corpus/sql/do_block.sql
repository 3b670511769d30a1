DO $$
DECLARE r record;
BEGIN
    FOR r IN SELECT oid::regclass AS t FROM pg_class WHERE relname ~ '^x;' LOOP
        EXECUTE 'DROP TABLE ' || r.t || ';';
    END LOOP;
EXCEPTION WHEN OTHERS THEN NULL;
END $$;
DO LANGUAGE plpgsql 'BEGIN PERFORM 1; END';
DO $do$ BEGIN CREATE TYPE mood AS ENUM ('sad;', 'ok'); EXCEPTION WHEN duplicate_object THEN null; END $do$;
