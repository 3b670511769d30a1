-- Größe; ändern — «кавычки»; 日本語; 🦊;
CREATE TABLE größe (straße text DEFAULT 'ä;ö', 名前 text, "имя;" text);
COMMENT ON TABLE größe IS '🦊; über';
SELECT $тег$ a; $тег $; $тег$, $größe_1$;$größe$;$größe_1$;
INSERT INTO größe VALUES (E'\'ß;', '', 'é');
SELECT straße AS größe$1 FROM größe;
