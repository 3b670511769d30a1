SELECT version_num FROM {version};
