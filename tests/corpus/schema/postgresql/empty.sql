-- nothing at all, and public not even described
COMMENT ON SCHEMA public IS NULL;
