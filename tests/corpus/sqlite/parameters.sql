SELECT ?, ?1, :name, @name, $name, $name::x;
SELECT a$b FROM (SELECT 1 AS a$b);
SELECT ?2 AS [$$;$$];
