CREATE TABLE app.t (r int4range, n int, CONSTRAINT x EXCLUDE USING gist (r WITH &&));
-- to:
CREATE TABLE app.t (r int4range, n int, CONSTRAINT x EXCLUDE USING gist (r WITH &&) WHERE (n > 0) DEFERRABLE INITIALLY DEFERRED);
