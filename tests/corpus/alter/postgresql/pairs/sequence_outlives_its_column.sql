CREATE TABLE app.t (id serial, a int); SELECT nextval('app.t_id_seq');
-- destroys: column app.t.id
-- to:
CREATE TABLE app.t (a int);
CREATE SEQUENCE app.t_id_seq AS int;
