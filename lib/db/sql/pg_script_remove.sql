BEGIN
	DELETE FROM {version} WHERE version_num OPERATOR(pg_catalog.=) {old};
	IF NOT FOUND THEN
		RAISE EXCEPTION USING MESSAGE = {message};
	END IF;
END
