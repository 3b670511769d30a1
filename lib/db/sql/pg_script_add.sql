INSERT INTO {version} (version_num) VALUES ({new});
