' WITH (' || string_agg(quote_ident(split_part(v, '=', 1)) || '=' ||
	CASE WHEN quote_ident(substr(v, strpos(v, '=') + 1)) = substr(v, strpos(v, '=') + 1)
	THEN substr(v, strpos(v, '=') + 1) ELSE quote_literal(substr(v, strpos(v, '=') + 1)) END,
	', ' ORDER BY place) || ')'
