SELECT {cells} FROM {table}
