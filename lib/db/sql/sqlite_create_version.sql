CREATE TABLE {if_not_exists}main.{version_table} (
	version_num VARCHAR(255) NOT NULL PRIMARY KEY
)
