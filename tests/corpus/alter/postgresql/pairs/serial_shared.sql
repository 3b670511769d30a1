CREATE TABLE app.t (id serial);
CREATE TABLE app.u (id int DEFAULT nextval('app.t_id_seq'));
-- destroys: table app.t
-- destroys: value of sequence app.t_id_seq
-- to:
CREATE TABLE app.u (id int);
