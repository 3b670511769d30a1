INSERT INTO main.{version_table} (version_num) VALUES ({new})
