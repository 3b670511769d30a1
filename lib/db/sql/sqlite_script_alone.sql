INSERT INTO temp.migrate_guard (alone) VALUES (0);
