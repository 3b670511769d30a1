DELETE FROM main.{version_table} WHERE version_num = {old}
