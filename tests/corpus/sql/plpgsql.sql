CREATE OR REPLACE FUNCTION touch() RETURNS trigger AS $$
BEGIN
    NEW.updated_at := now();
    IF NEW.a IS NULL THEN
        RAISE EXCEPTION 'no a; really: %', NEW.id USING HINT = 'it''s; so';
    END IF;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();

CREATE FUNCTION build(name text) RETURNS void LANGUAGE plpgsql AS $func$
DECLARE
    q text := $q$ SELECT ';'; $q$;
BEGIN
    EXECUTE format($$CREATE TABLE %I (id int);$$, name);
    PERFORM 1; -- $func without its end
END
$func$;
CREATE FUNCTION old_style() RETURNS int AS '
BEGIN
    RETURN 1; -- it''s old;
END;
' LANGUAGE 'plpgsql';
DROP FUNCTION touch() CASCADE;
