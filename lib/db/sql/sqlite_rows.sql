SELECT version_num FROM main.{version_table}
