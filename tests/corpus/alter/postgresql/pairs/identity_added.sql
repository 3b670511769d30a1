CREATE TABLE app.t (id int, a text);
INSERT INTO app.t VALUES (7, 'x');
-- to:
CREATE TABLE app.t (id int GENERATED ALWAYS AS IDENTITY, a text);
-- rows: SELECT nextval('app.t_id_seq') = 8
