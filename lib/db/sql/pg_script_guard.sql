BEGIN
	IF NOT ({condition}) THEN
		RAISE EXCEPTION USING MESSAGE = {message}, DETAIL = pg_catalog.concat('Its rows are: ',
			(SELECT pg_catalog.string_agg(version_num, ', ') FROM {version}));
	END IF;
END
