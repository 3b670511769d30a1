CREATE SEQUENCE app.q; SELECT nextval('app.q'), nextval('app.q');
-- to:
CREATE SEQUENCE app.q INCREMENT BY 2 MAXVALUE 1000 CACHE 5 CYCLE;
COMMENT ON SEQUENCE app.q IS 'q';
-- rows: SELECT last_value = 2 FROM app.q
