-- Leaves a test's database as CREATE DATABASE would have made it, at a fifth of the cost. What it cannot
-- remove is an error, and then the database is made anew. Objects of the system that were altered go
-- unnoticed: a test that alters those needs a server of its own. 16384 is FirstNormalObjectId.
BEGIN READ WRITE;
SET LOCAL search_path = pg_catalog;
SET LOCAL client_min_messages = error;
DO $$
DECLARE
	command text;
BEGIN
	PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid();
	FOR command IN
		SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
			WHERE (oid >= 16384 OR nspname = 'public') AND nspname !~ '^pg_'
		UNION ALL SELECT format('ALTER DATABASE %I RESET ALL', datname) FROM pg_database
			WHERE datname = current_database()
			AND oid IN (SELECT setdatabase FROM pg_db_role_setting)
		-- A test's roles carry its database's name.
		UNION ALL SELECT format('DROP OWNED BY %1$I; DROP ROLE %1$I', rolname) FROM pg_roles
			WHERE oid >= 16384 AND strpos(rolname, current_database()) > 0
	LOOP
		EXECUTE command;
	END LOOP;
	CREATE SCHEMA public AUTHORIZATION pg_database_owner;
	GRANT USAGE ON SCHEMA public TO PUBLIC;
	COMMENT ON SCHEMA public IS 'standard public schema';
	-- What is in no schema, and what somebody put into one of the system's.
	FOR command IN
		SELECT oid::regclass::text FROM pg_class WHERE oid >= 16384 AND relnamespace IN
			('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
		UNION ALL SELECT oid::regprocedure::text FROM pg_proc WHERE oid >= 16384
		UNION ALL SELECT amname FROM pg_am WHERE oid >= 16384
		UNION ALL SELECT 'cast to ' || casttarget::regtype FROM pg_cast WHERE oid >= 16384
		UNION ALL SELECT 'default privileges' FROM pg_default_acl WHERE oid >= 16384
		UNION ALL SELECT evtname FROM pg_event_trigger WHERE oid >= 16384
		UNION ALL SELECT extname FROM pg_extension WHERE oid >= 16384
		UNION ALL SELECT fdwname FROM pg_foreign_data_wrapper WHERE oid >= 16384
		UNION ALL SELECT srvname FROM pg_foreign_server WHERE oid >= 16384
		UNION ALL SELECT lanname FROM pg_language WHERE oid >= 16384
		UNION ALL SELECT 'large object ' || oid FROM pg_largeobject_metadata
		UNION ALL SELECT pubname FROM pg_publication WHERE oid >= 16384
		UNION ALL SELECT subname FROM pg_subscription
	LOOP
		RAISE EXCEPTION 'not emptied: %', command;
	END LOOP;
END $$;
COMMIT;
