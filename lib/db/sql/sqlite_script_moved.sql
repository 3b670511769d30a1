INSERT INTO temp.migrate_guard (moved) VALUES (changes() = 1);
