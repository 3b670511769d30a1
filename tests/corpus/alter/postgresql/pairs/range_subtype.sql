CREATE TYPE app.r AS RANGE (subtype = float8, multirange_type_name = app.rs);
CREATE TABLE app.t (r app.r, m app.rs);
INSERT INTO app.t VALUES ('[1,2)', '{[1,2)}');
-- to:
CREATE TYPE app.r AS RANGE (subtype = float8, subtype_diff = float8mi, multirange_type_name = app.rs);
CREATE TABLE app.t (r app.r, m app.rs);
-- rows: SELECT lower(r) = 1 AND lower(m) = 1 FROM app.t
