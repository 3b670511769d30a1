"""alter_sqlite: what alter_oracle.py must know of SQLite."""

import sqlite3


class Sqlite:
    is_quick = True
    usual_compositions = 30

    @staticmethod
    def url(_path):
        return "sqlite:///test.db"

    def make(self, path):
        pass

    def drop(self, path):
        pass

    def close(self):
        pass

    @staticmethod
    def open(path):
        connection = sqlite3.connect(path / "test.db", isolation_level=None)
        connection.execute("PRAGMA foreign_keys = off")
        return connection

    def run(self, path, sql):
        connection = self.open(path)
        connection.executescript(f"BEGIN; {sql}; COMMIT;")
        connection.close()

    def clear(self, path):
        """Twice, for triggers may insert."""
        names = [table.replace('"', '""') for table in self.contents(path)]
        self.run(path, "".join(f'DELETE FROM "{name}";' for name in names + names))

    def query(self, path, sql):
        connection = self.open(path)
        rows = sorted(connection.execute(sql).fetchall(), key=repr)
        connection.close()
        return rows

    def contents(self, path):
        """By table: what its plain columns are, and the values of each."""
        connection = self.open(path)
        found = {}
        for (table,) in connection.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
            " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'migrate_%'"
        ).fetchall():
            quoted = '"' + table.replace('"', '""') + '"'
            columns = {
                row[1]: row[2:4]
                for row in connection.execute(f"PRAGMA table_xinfo({quoted})")
                if row[6] == 0
            }
            values = {}
            for name in columns:
                column = '"' + name.replace('"', '""') + '"'
                rows = connection.execute(f"SELECT {column}, typeof({column}) FROM {quoted}")
                values[name] = sorted(rows.fetchall(), key=repr)
            found[table] = {"columns": columns, "values": values}
        connection.close()
        return found

    @staticmethod
    def accepts(schema):
        """Does it load, and do its views and triggers mean something?"""
        connection = sqlite3.connect(":memory:", isolation_level=None)
        try:
            connection.executescript(schema)
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_schema WHERE type IN ('view', 'table')"
            ).fetchall():
                name = name.replace('"', '""')
                connection.execute(f'EXPLAIN SELECT * FROM "{name}"')
            # RENAME looks at every view and trigger.
            connection.executescript(
                "CREATE TABLE renamed_1 (x); ALTER TABLE renamed_1 RENAME TO renamed_2;"
            )
        except sqlite3.Error:
            return False
        finally:
            connection.close()
        return True


