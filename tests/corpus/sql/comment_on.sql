COMMENT ON COLUMN t.a IS 'one; two''s
three; -- four';
COMMENT ON FUNCTION f(int) IS $$it's; $$;
COMMENT ON TABLE t IS NULL;
COMMENT ON TABLE t IS E'a\';b';
