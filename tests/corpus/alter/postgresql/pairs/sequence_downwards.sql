CREATE SEQUENCE app.q;
-- destroys: value of sequence app.q
-- to:
CREATE SEQUENCE app.q INCREMENT BY -1;
