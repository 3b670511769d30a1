"""alter_postgresql: what alter_oracle.py must know of PostgreSQL, by psql.

Surprising: a column's description has what its type is made of, since a type of the same name may hold
other values afterwards.
"""

import json
import os
import subprocess

from alter_corpus import Wrong

TABLES = r"""
SELECT json_build_object('table', a.attrelid::regclass, 'column', a.attname, 'about',
	json_build_array(format_type(a.atttypid, a.atttypmod), a.attcollation, a.attgenerated,
		(SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum
		 WHERE enumtypid IN (t.oid, t.typelem))))
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN kept k ON k.oid = a.attrelid
WHERE a.attnum > 0 AND NOT a.attisdropped AND t.typtype IN ('b', 'e') AND a.attgenerated = '';
"""

ROWS = r"""
SELECT format('SELECT json_build_object(''table'', %L, ''row'', row_to_json(migrate_row)) FROM ONLY %s migrate_row',
	oid::regclass, oid::regclass) FROM kept;
"""

KEPT = """
SET search_path = pg_catalog;
CREATE TEMPORARY VIEW kept AS SELECT c.oid FROM pg_class c WHERE c.relkind = 'r'
	AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)' AND c.relname !~ '^migrate_'
	AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e');
"""

CLEAR = r"""
SET session_replication_role = replica;
SELECT 'TRUNCATE ' || string_agg(oid::regclass::text, ', ') || ' CASCADE' FROM kept HAVING count(*) > 0 \gexec
"""


class PostgreSQL:
    is_quick = False
    usual_compositions = 3

    def __init__(self):
        self.server = os.environ["MIGRATE_TEST_PG"]
        self.tried = f"alter_{os.getpid()}"
        self.psql(self.server, f"CREATE DATABASE {self.tried};")

    def close(self):
        self.psql(self.server, f"DROP DATABASE {self.tried};")

    @staticmethod
    def psql(url, sql):
        done = subprocess.run(
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", url],
            input=sql,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Wrong(f"{done.stderr}in:\n{sql}")
        return done.stdout

    def beside(self, name):
        return f"{self.server.rpartition('/')[0]}/{name}"

    @staticmethod
    def name(path):
        return '"' + path.name + '"'

    def url(self, path):
        return self.beside(path.name)

    def make(self, path):
        self.psql(self.server, f"CREATE DATABASE {self.name(path)};")

    def drop(self, path):
        self.psql(self.server, f"DROP DATABASE {self.name(path)};")

    def run(self, path, sql):
        self.psql(self.url(path), f"BEGIN;\n{sql};\nCOMMIT;")

    def clear(self, path):
        self.psql(self.url(path), KEPT + CLEAR)

    def query(self, path, sql):
        return sorted((line,) for line in self.psql(self.url(path), f"{sql};").splitlines())

    def contents(self, path):
        """By table: what its plain columns are, and the values of each."""
        lines = self.psql(self.url(path), KEPT + TABLES + ROWS.replace(";", r" \gexec")).splitlines()
        found = {}
        for told in map(json.loads, lines):
            table = found.setdefault(told["table"], {"columns": {}, "values": {}})
            if "row" not in told:
                table["columns"][told["column"]] = told["about"]
                table["values"][told["column"]] = []
                continue
            for name in table["columns"]:
                table["values"][name].append(json.dumps(told["row"][name]))
        for table in found.values():
            for values in table["values"].values():
                values.sort()
        return found

    def accepts(self, schema):
        """Does it load?"""
        sql = f"SET client_min_messages = error;\nBEGIN;\n{schema}\nROLLBACK;"
        try:
            self.psql(self.beside(self.tried), sql)
        except Wrong:
            return False
        return True
