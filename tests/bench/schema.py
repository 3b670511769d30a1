#!/usr/bin/python3
"""A schema of 1,000 tables: dump and diff beside pg_dump; and verify of 1,000 revisions on SQLite.

usage: schema.py MIGRATE PORT WORK [ROUNDS]
"""
import glob
import os
import statistics
import subprocess
import sys
import time

migrate, port, work = sys.argv[1:4]
rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 5
home = os.path.join(work, "schema")
os.makedirs(home, exist_ok=True)
base = "postgresql://bench@127.0.0.1:%s/" % port
# Not Debian's Perl wrappers.
os.environ["PATH"] = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1] + ":" + os.environ["PATH"]


def psql(database, text):
    subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", base + database],
                   input=text, text=True, check=True)


def tables(count):
    yield "CREATE TYPE mood AS ENUM ('well', 'ill');"
    for i in range(count):
        yield ("CREATE TABLE t%d (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(100) NOT NULL,"
               " mood mood DEFAULT 'well', price numeric(10, 2) CHECK (price > 0), other integer%s);"
               " CREATE INDEX ON t%d (name);" % (i, " REFERENCES t%d" % (i - 1) if i else "", i))


def timed(argv, status):
    began = time.monotonic()
    found = subprocess.run(argv, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    if found != status:
        raise SystemExit("%s: exit status %d" % (" ".join(argv), found))
    return time.monotonic() - began


def compare(arms):
    """[(label, argv)]; the ratio is to the first"""
    times = {label: [] for label, _ in arms}
    for _ in range(rounds + 1):
        for label, argv in arms:
            times[label].append(timed(argv, 0))
    first = statistics.median(times[arms[0][0]][1:])
    for label, _ in arms:
        median = statistics.median(times[label][1:])
        print("| %s | %.2f s (%d) | %.2f |" % (label, median, rounds, median / first))


psql("postgres", "DROP DATABASE IF EXISTS schema_bench;")
psql("postgres", "CREATE DATABASE schema_bench;")
psql("schema_bench", "\n".join(tables(1000)))
with open(os.path.join(home, "migrator.yaml"), "w") as config:
    config.write("database_url: %sschema_bench\nversions: .\n" % base)
with open(os.path.join(home, "schema.sql"), "w") as out:
    subprocess.run([migrate, "dump"], cwd=home, stdout=out, check=True)
with open(os.path.join(home, "sqlite.yaml"), "w") as config:
    config.write("database_url: sqlite:///none.db\nversions: %s\n" % os.path.join(work, "sets/migrate/1000/versions"))
print("\n#### schema of 1,000 tables, pg\n\n| arm | median | x pg_dump |\n|---|---:|---:|")
compare([("pg_dump --schema-only", ["pg_dump", "--schema-only", "-d", base + "schema_bench"]),
         ("migrate dump", [migrate, "dump"]),
         ("psql -f, the same schema made", ["sh", "-c", "psql -X -q %spostgres -c 'DROP DATABASE IF EXISTS schema_copy' "
          "-c 'CREATE DATABASE schema_copy' && psql -X -q %sschema_copy -f schema.sql" % (base, base)]),
         ("migrate diff schema.sql database", [migrate, "diff", "schema.sql", "database"])])
print("\n#### verify of 1,000 revisions, sqlite\n\n| arm | median | |\n|---|---:|---:|")
compare([("migrate verify", [migrate, "-c", "sqlite.yaml", "verify"])])
psql("postgres", "DROP DATABASE schema_bench;")
psql("postgres", "DROP DATABASE IF EXISTS schema_copy;")
