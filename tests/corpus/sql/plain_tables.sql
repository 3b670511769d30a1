-- Two tables, as most migrations have them
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email LIKE '%@%'),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE posts (
    id bigserial PRIMARY KEY,
    user_id bigint REFERENCES users (id) ON DELETE CASCADE, -- the author; may go
    body text /* ; not here either */ DEFAULT ''
);
CREATE INDEX ON posts (user_id);
INSERT INTO users (email) VALUES ('a;b@c'), ('O''Hara; "x"@d');
