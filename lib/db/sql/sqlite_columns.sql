PRAGMA main.table_xinfo({table})
