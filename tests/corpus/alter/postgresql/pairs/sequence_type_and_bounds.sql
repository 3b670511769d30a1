CREATE SEQUENCE app.q AS smallint;
-- destroys: value of sequence app.q
-- to:
CREATE SEQUENCE app.q AS int MINVALUE 100 START WITH 200;
