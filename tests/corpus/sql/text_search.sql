CREATE TEXT SEARCH CONFIGURATION c (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING FOR word WITH unaccent, english_stem;
SELECT to_tsquery('a & b;') @@ to_tsvector('x') AND 'a' ~ 'b|;';
