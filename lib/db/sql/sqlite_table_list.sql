PRAGMA main.table_list({table})
