"""alter_oracle.py MIGRATE DIALECT [OPTION...]: are the revisions that `migrate revision --autogenerate`
writes right? Prints TAP.

tests/corpus/alter/DIALECT has single changes of a schema, and pairs of schemas. They are tried one by
one, or many at a time, and so are random compositions of them, from one to another. Always: the
upgrade makes the desired schema by `migrate diff`; the values of columns that are not touched are what
they were; the downgrade makes the schema before. Where one is tried alone: what is destroyed is
refused first, and a second revision has nothing to write.

A sample fits into `make check`, with SQLite every other change: --all tries each change alone,
--seed and --compositions other and more compositions, --only those with a word in their names,
--jobs several at a time. MIGRATE_TEST_PG
is the URL of a PostgreSQL server's superuser; --show prints what is run.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alter_corpus import Corpus, Wrong
from alter_postgresql import PostgreSQL
from alter_sqlite import Sqlite


class Project:
    """A project in a directory of its own, whose first revision makes one schema; another is desired."""

    def __init__(self, program, database, trial):
        self.program, self.database = program, database
        self.path = Path(tempfile.mkdtemp(prefix="alter."))
        (self.path / "migrations").mkdir()
        (self.path / "old.sql").write_text(trial.old)
        (self.path / "new.sql").write_text(trial.new)
        (self.path / "migrations" / "a.sql").write_text(
            f"-- revision: a\n\n-- migrate:upgrade\n{trial.old}\n-- migrate:downgrade\n"
        )
        (self.path / "migrator.yaml").write_text(
            f"database_url: {database.url(self.path)}\nschema: new.sql\n"
        )
        database.make(self.path)

    def close(self):
        self.database.drop(self.path)
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


def write(project, trial):
    """The revision, and what is told of it."""
    if trial.destroys and trial.thorough:
        refused = project.generate(status=2)["error"]
        expect(
            "the refusal",
            sorted(refused["detail"].replace("destroys: ", "").split("\n")),
            sorted(trial.destroys),
        )
        expect("scripts behind the refusal", project.scripts(), "")
    told = project.generate(*([] if trial.destroys == [] else ["--allow-destructive"]))
    if told["not_written"] and trial.may_refuse:
        return told
    for key in ("unsupported", "not_written"):
        expect(key, told[key], [])
    if trial.one_way:
        expect("unproved", all("downgrade" in text for text in told["unproved"] or [""]), True)
    else:
        expect("unproved", told["unproved"], [])
    if trial.destroys is not None:
        expect("destroys", sorted(told["destroys"]), sorted(trial.destroys))
    if trial.fails is not None:
        expect("fails", sorted(set(told["fails"])), sorted(set(trial.fails)))
    if trial.nothing is not None:
        expect("a file", told["file"] is None, trial.nothing)
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


def try_one(project, trial):
    """What is not written, which is no failure where it may be so."""
    database = project.database
    told = write(project, trial)
    if told["not_written"]:
        return told["not_written"]
    project.migrate("upgrade", "a")
    if trial.rows and not trial.stops:
        database.run(project.path, trial.rows)
    before = database.contents(project.path)
    wanted = [database.query(project.path, query) if query else [("t",)] for query, _ in trial.same]
    project.migrate("upgrade")
    compare_values(before, database.contents(project.path))
    for (_, query), rows_before in zip(trial.same, wanted):
        expect(query, database.query(project.path, query), rows_before)
    project.migrate("diff", "database", "schema")
    if trial.thorough:
        again = project.generate()
        expect("a second revision", (again["file"], again["changes"]), (None, []))
    if told["file"] and not trial.one_way:
        go_back(project, before, database.contents(project.path))
    return []


def go_back(project, before, upgraded):
    """Without rows where they are in the way, as the script says that they may be."""
    database = project.database
    stops = "-- fails where" in project.scripts().split("-- migrate:downgrade")[1]
    try:
        project.migrate("downgrade", "a")
        stops = False
    except Wrong:
        if not stops:
            raise
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

    def tell(self, name, wrong, refused, scripts):
        self.count += 1
        if not wrong:
            print(f"ok {self.count} - {name}{', told as not written: ' if refused else ''}"
                  f"{', '.join(refused)}", flush=True)
            return
        self.failed += 1
        print(f"not ok {self.count} - {name}")
        for line in f"{wrong}\n{scripts}".splitlines():
            print(f"# {line}", flush=True)


def attempt(program, database, trial):
    """What Report.tell() wants to know."""
    project = Project(program, database, trial)
    wrong, refused = None, []
    try:
        refused = try_one(project, trial)
    except Wrong as failure:
        wrong = failure
    scripts = project.scripts()
    project.close()
    return trial.name, wrong and f"{wrong}\n{trial.about}", refused, scripts


def read_options(arguments):
    parser = argparse.ArgumentParser(description="Try generated revisions.")
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("dialect", choices=DATABASES)
    parser.add_argument("--all", action="store_true", help="each change alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--compositions", type=int)
    parser.add_argument("--only", default="", metavar="WORD")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    return parser.parse_args(arguments)


def trials(options, database):
    folder = Path(__file__).resolve().parent.parent / "corpus" / "alter" / options.dialect
    corpus = Corpus(folder, database, options.seed)
    count = options.compositions
    if options.all:
        yield from corpus.singles()
    elif database.is_quick:
        yield from list(corpus.singles())[options.seed % 2 :: 2]
    else:
        yield from corpus.batches()
    yield from corpus.compositions(database.usual_compositions if count is None else count)


def main():
    options = read_options(sys.argv[1:])
    if options.dialect == "postgresql" and "MIGRATE_TEST_PG" not in os.environ:
        print("1..0 # skip MIGRATE_TEST_PG is not set")
        return
    database, report = DATABASES[options.dialect](), Report()
    with ThreadPoolExecutor(options.jobs) as pool:
        wanted = (trial for trial in trials(options, database) if options.only in trial.name)
        for told in pool.map(lambda trial: attempt(options.program, database, trial), wanted):
            report.tell(*told)
            if options.show:
                print(told[-1])
    database.close()
    print(f"1..{report.count}")
    sys.exit(report.failed > 0)


DATABASES = {"sqlite": Sqlite, "postgresql": PostgreSQL}

if __name__ == "__main__":
    main()
