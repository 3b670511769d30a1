SELECT {cells} FROM {table};
