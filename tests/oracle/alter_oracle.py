"""alter_oracle.py MIGRATE DIALECT [SEED]: are the revisions that `migrate revision --autogenerate` writes
right? Prints TAP.

tests/corpus/alter/DIALECT has a schema with rows, and a file of single changes to it, which says what
the format is. Each change is tried alone, and random compositions of them, from one to another. Always:
the upgrade makes the desired schema by `migrate diff`, and a second revision has nothing to write; the
values of columns that are not touched are what they were; the downgrade makes the schema before.

What knows a database is the class at its end of the file; the rest is the same for all of them.
"""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

COMPOSITIONS = 30


class Change:
    def __init__(self, name):
        self.name = name
        self.places = []  # (what goes, what comes)
        self.destroys, self.fails, self.same = [], [], []
        self.nothing = False

    def note(self, line):
        key, _, text = line.partition(": ")
        if key == "nothing":
            self.nothing = True
        elif key == "same":
            self.same.append(tuple(text.split(" => ")))
        else:
            getattr(self, key).append(text)

    def apply(self, schema):
        """The changed text; None where a place is not there."""
        for old, new in self.places:
            if not old:
                schema += new
            elif schema.count(old) == 1:
                schema = schema.replace(old, new)
            else:
                return None
        return schema


def read_changes(path):
    changes, old, new = [], "", ""
    for line in [*path.read_text().splitlines(), ""]:
        if line[:1] in "-+" and line:
            if line[0] == "-":
                old += line[1:] + "\n"
            else:
                new += line[1:] + "\n"
            continue
        if old or new:
            changes[-1].places.append((old, new))
            old = new = ""
        if line.startswith("= "):
            changes.append(Change(line[2:]))
        elif line.startswith("! "):
            changes[-1].note(line[2:])
    return changes


class Wrong(Exception):
    pass


class Project:
    """A project in a directory of its own, whose first revision makes one schema; another is desired."""

    def __init__(self, program, database, old, new):
        self.program, self.database = program, database
        self.path = Path(tempfile.mkdtemp(prefix="alter."))
        (self.path / "migrations").mkdir()
        (self.path / "old.sql").write_text(old)
        (self.path / "new.sql").write_text(new)
        (self.path / "migrations" / "a.sql").write_text(
            f"-- revision: a\n\n-- migrate:upgrade\n{old}\n-- migrate:downgrade\n"
        )
        (self.path / "migrator.yaml").write_text(
            f"database_url: {database.url(self.path)}\nschema: new.sql\n"
        )

    def close(self):
        shutil.rmtree(self.path)

    def migrate(self, *arguments, status=0):
        done = subprocess.run(
            [self.program, *arguments], cwd=self.path, capture_output=True, text=True, check=False
        )
        if done.returncode != status:
            raise Wrong(
                f"migrate {' '.join(arguments)}: status {done.returncode}\n{done.stdout}{done.stderr}"
            )
        return done.stdout

    def generate(self, *arguments, status=0):
        text = self.migrate(
            "revision", "--autogenerate", "-m", "change", "--format", "json", *arguments, status=status
        )
        return json.loads(text)

    def scripts(self):
        return "".join(
            path.read_text()
            for path in (self.path / "migrations").iterdir()
            if path.name != "a.sql"
        )


def expect(what, found, wanted):
    if found != wanted:
        raise Wrong(f"{what}: {found!r} and not {wanted!r}")


def write(project, change):
    """The revision, and what is told of it. change None: whatever is destroyed is."""
    if change and change.destroys:
        refused = project.generate(status=2)["error"]
        expect(
            "the refusal",
            sorted(refused["detail"].replace("destroys: ", "").split("\n")),
            sorted(change.destroys),
        )
        expect("scripts behind the refusal", project.scripts(), "")
    told = project.generate(*(["--allow-destructive"] if not change or change.destroys else []))
    for key in ("unproved", "unsupported", "not_written"):
        expect(key, told[key], [])
    if change:
        expect("destroys", sorted(told["destroys"]), sorted(change.destroys))
        expect("fails", sorted(told["fails"]), sorted(change.fails))
        expect("a file", told["file"] is None, change.nothing)
    return told


def compare_values(before, after):
    """Of columns that are in both by the same name and description."""
    for table in before.keys() & after.keys():
        names = [
            name
            for name, about in before[table]["columns"].items()
            if after[table]["columns"].get(name) == about
        ]
        for name in names:
            expect(
                f"values of {table}.{name}",
                after[table]["values"][name],
                before[table]["values"][name],
            )


def try_one(project, change, rows):
    database = project.database
    told = write(project, change)
    project.migrate("upgrade", "a")
    if rows and not told["fails"]:
        database.run(project.path, rows)
    same = change.same if change else []
    before = database.contents(project.path)
    wanted = [database.query(project.path, query) for query, _ in same]
    project.migrate("upgrade")
    compare_values(before, database.contents(project.path))
    for (_, query), rows_before in zip(same, wanted):
        expect(query, database.query(project.path, query), rows_before)
    project.migrate("diff", "database", "schema")
    again = project.generate()
    expect("a second revision", (again["file"], again["changes"]), (None, []))
    if told["file"]:
        go_back(project, before, database.contents(project.path))


def go_back(project, before, upgraded):
    """Without rows where the script says that they may be in the way."""
    database = project.database
    stops = "-- fails where" in project.scripts().split("-- migrate:downgrade")[1]
    if stops:
        database.clear(project.path)
    project.migrate("downgrade", "a")
    project.migrate("diff", "old.sql", "database")
    if not stops:
        compare_values(untouched(before, upgraded), database.contents(project.path))


def untouched(before, upgraded):
    """What compare_values() compares."""
    return {
        table: {
            "columns": {
                name: about
                for name, about in before[table]["columns"].items()
                if upgraded[table]["columns"].get(name) == about
            },
            "values": before[table]["values"],
        }
        for table in before.keys() & upgraded.keys()
    }


class Report:
    def __init__(self):
        self.count = self.failed = 0

    def tell(self, name, project, wrong):
        self.count += 1
        if not wrong:
            print(f"ok {self.count} - {name}", flush=True)
            return
        self.failed += 1
        print(f"not ok {self.count} - {name}")
        for line in f"{wrong}\n{project.scripts()}".splitlines():
            print(f"# {line}", flush=True)


def attempt(report, name, make, change, rows):
    project = make()
    wrong = None
    try:
        try_one(project, change, rows)
    except Wrong as failure:
        wrong = failure
    report.tell(name, project, wrong)
    project.close()


def compose(changes, base, database):
    """A schema with some of the changes, that makes sense."""
    while True:
        schema, names = base, []
        for change in random.sample(changes, random.randint(2, 12)):
            changed = change.apply(schema)
            if changed and database.accepts(changed):
                schema = changed
                names.append(change.name)
        if names:
            return schema, names


def main():
    program, dialect = os.path.abspath(sys.argv[1]), sys.argv[2]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    folder = Path(__file__).resolve().parent.parent / "corpus" / "alter" / dialect
    base, rows = (folder / "base.sql").read_text(), (folder / "rows.sql").read_text()
    changes = read_changes(folder / "changes.txt")
    database, report = DATABASES[dialect](), Report()
    random.seed(seed)
    for change in changes:
        new = change.apply(base)
        if new is None:
            sys.exit(f"{change.name}: a place is not there once")
        attempt(report, change.name, lambda: Project(program, database, base, new), change, rows)
    whole = [change for change in changes if not change.fails]
    for number in range(COMPOSITIONS):
        old, _ = compose(whole, base, database) if number % 3 else (base, [])
        new, names = compose(whole, base, database)
        attempt(
            report,
            f"composition {seed}.{number}: {len(names)} changes",
            lambda: Project(program, database, old, new),
            None,
            rows if old == base else None,
        )
    print(f"1..{report.count}")
    sys.exit(report.failed > 0)


class Sqlite:
    @staticmethod
    def url(_path):
        return "sqlite:///test.db"

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
        names = [table for table in self.contents(path)]
        self.run(path, "".join(f'DELETE FROM "{name}";' for name in names))

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


DATABASES = {"sqlite": Sqlite}

if __name__ == "__main__":
    main()
