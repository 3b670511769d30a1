UPDATE main.{version_table} SET version_num = {new} WHERE version_num = {old}
