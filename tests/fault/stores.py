"""The two databases as the sweeps see them: brought to a start, and looked at afterwards.

Surprising: an SQLite file is looked at in a copy, journal included, so that what recovers it is the
next run of migrate and not the looking.
"""
import collections
import ctypes
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from typing import NamedTuple


HANGING = 1000  # the status of a run that did not end


class State(NamedTuple):
    effects: collections.Counter
    tables: frozenset      # of the revisions
    rows: frozenset        # of the version table
    applied: tuple         # (revision, direction) of the log's records of whole revisions
    journal: dict          # (revision, direction, part): newest outcome

    def done(self, unit, direction):
        if (unit.revision, direction) in self.applied:
            return True
        return self.journal.get((unit.revision, direction, unit.number)) in ("done", "skipped")

    def started(self, unit, direction):
        return self.journal.get((unit.revision, direction, unit.number)) == "started"


LOG = "SELECT revision, direction, segment, outcome FROM migrate_log ORDER BY id"


def state_of(query, tables):
    """query(sql) gives rows; tables are the names of all that there are."""
    def column(sql, table):
        return [row[0] for row in query(sql)] if table in tables else []

    effects = collections.Counter(column("SELECT name FROM effects", "effects"))
    rows = frozenset(column("SELECT version_num FROM migrate_version", "migrate_version"))
    applied, journal = [], {}
    for revision, direction, part, outcome in query(LOG) if "migrate_log" in tables else ():
        if part is None:
            applied.append((revision, direction))
        else:
            journal[revision, direction, int(part)] = outcome
    made = frozenset(table for table in tables if table.startswith("r"))
    return State(effects, made, rows, tuple(applied), journal)


class Project:
    """A directory with a configuration and revisions, and the program to run in it."""

    def __init__(self, program, directory):
        self.program, self.directory = program, directory
        self.environment = {"PATH": os.environ["PATH"], "HOME": directory, "LC_ALL": "C.UTF-8"}
        os.makedirs(directory)

    def write(self, scenario, url, revisions=None):
        versions = os.path.join(self.directory, "migrations")
        shutil.rmtree(versions, ignore_errors=True)
        os.mkdir(versions)
        for name, text in revisions or scenario.revisions:
            with open(os.path.join(versions, name + ".sql"), "w") as file:
                file.write(text)
        with open(os.path.join(self.directory, "migrator.yaml"), "w") as file:
            file.write("database_url: %s\nlock_wait: 30s\n%s" % (url, scenario.config))

    def begin(self, *arguments, before=(), environment=None):
        """In a session of its own: a strace that is killed alone would leave the program running."""
        return subprocess.Popen([*before, self.program, *arguments], cwd=self.directory, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env={**self.environment, **(environment or {})}, start_new_session=True)

    def end(self, process, timeout=40):
        """The result; a run that does not end is a failure of its own kind."""
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            return subprocess.CompletedProcess(process.args, HANGING, out, err)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def run(self, *arguments, **how):
        return self.end(self.begin(*arguments, **how))

    def upgrade(self):
        done = self.run("upgrade", "head")
        assert done.returncode == 0, done.stderr

    def command(self, direction):
        return ("upgrade", "head") if direction == "upgrade" else ("downgrade", "base")


class SQLite(Project):
    journal_mode = "delete"

    def start(self, scenario, direction, journal_mode="delete"):
        """Makes the state that reset() brings back."""
        self.journal_mode, self.path = journal_mode, os.path.join(self.directory, "test.db")
        self.remove()
        if not (scenario.new_file and direction == "upgrade"):
            self.make(journal_mode, scenario)
        self.write(scenario, "sqlite:///test.db", scenario.before)
        if direction == "downgrade" or scenario.before:
            self.upgrade()
            with sqlite3.connect(self.path) as connection:
                connection.execute("DELETE FROM effects")
            connection.close()
        self.write(scenario, "sqlite:///test.db")
        self.saved = None
        if os.path.exists(self.path):
            with open(self.path, "rb") as file:
                self.saved = file.read()

    def make(self, journal_mode, scenario):
        connection = sqlite3.connect(self.path)
        connection.execute("PRAGMA journal_mode = " + journal_mode)
        if not scenario.new_file:
            connection.execute("CREATE TABLE effects (name TEXT)")
        else:
            connection.execute("VACUUM")
        connection.commit()
        connection.close()

    def remove(self):
        for suffix in ("", "-journal", "-wal", "-shm"):
            if os.path.exists(self.path + suffix):
                os.unlink(self.path + suffix)

    def reset(self):
        self.remove()
        if self.saved is not None:
            with open(self.path, "wb") as file:
                file.write(self.saved)

    def state(self):
        copy = os.path.join(self.directory, "copy")
        shutil.rmtree(copy, ignore_errors=True)
        os.mkdir(copy)
        for suffix in ("", "-journal", "-wal"):
            if os.path.exists(self.path + suffix):
                shutil.copy(self.path + suffix, copy)
        connection = sqlite3.connect(os.path.join(copy, "test.db"))
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        state = state_of(lambda sql: connection.execute(sql).fetchall(), tables)
        connection.close()
        return state

    def leftovers(self):
        connection = sqlite3.connect(self.path)
        check = connection.execute("PRAGMA integrity_check").fetchone()[0]
        mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        connection.close()
        if check != "ok":
            return "integrity_check: " + check
        if mode != self.journal_mode:
            return "journal_mode is " + mode
        # A run of several transactions that was killed may leave its journal, but without a header.
        if os.path.exists(self.path + "-journal"):
            with open(self.path + "-journal", "rb") as file:
                if file.read(8).strip(b"\0"):
                    return "a journal is left"
        return None

    def close(self):
        pass


class Connection:
    """As much of libpq as is needed here; python has it not."""
    lib = None

    def __init__(self, url):
        if not Connection.lib:
            lib = ctypes.CDLL("libpq.so.5")
            for name in ("PQconnectdb", "PQexec"):
                getattr(lib, name).restype = ctypes.c_void_p
            for name in ("PQgetvalue", "PQerrorMessage"):
                getattr(lib, name).restype = ctypes.c_char_p
            Connection.lib = lib
        self.handle = ctypes.c_void_p(self.lib.PQconnectdb(url.encode()))
        self.query("SET client_min_messages = warning")

    def query(self, sql):
        lib = self.lib
        result = ctypes.c_void_p(lib.PQexec(self.handle, sql.encode()))
        if lib.PQresultStatus(result) not in (1, 2):
            message = lib.PQerrorMessage(self.handle).decode()
            lib.PQclear(result)
            raise RuntimeError(message)
        rows = [[None if lib.PQgetisnull(result, row, column) else lib.PQgetvalue(result, row, column).decode()
                 for column in range(lib.PQnfields(result))] for row in range(lib.PQntuples(result))]
        lib.PQclear(result)
        return rows

    def close(self):
        self.lib.PQfinish(self.handle)


class PostgreSQL(Project):
    """A database of its own on the test server."""

    def __init__(self, program, directory, server):
        super().__init__(program, directory)
        self.name = "fault_" + os.path.basename(directory).replace("-", "_")
        self.admin = Connection(server)
        self.admin.query('CREATE DATABASE "%s"' % self.name)
        self.url = server.rsplit("/", 1)[0] + "/" + self.name
        self.own_url = self.url + "?sslmode=disable&gssencmode=disable"
        self.connection = Connection(self.url)

    def start(self, scenario, direction, journal_mode=None):
        self.scenario, self.direction = scenario, direction
        self.write(scenario, self.own_url)

    def reset(self):
        self.settle()
        self.connection.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE effects (name text)")
        if self.direction == "upgrade" and not self.scenario.before:
            return
        self.write(self.scenario, self.own_url, self.scenario.before)
        self.upgrade()
        self.write(self.scenario, self.own_url)
        self.connection.query("TRUNCATE effects")

    def sessions(self):
        return self.connection.query("SELECT pid, state, query FROM pg_stat_activity WHERE datname = current_database() "
                                     "AND pid <> pg_backend_pid() AND backend_type = 'client backend'")

    def settle(self):
        """Waits for the sessions of a run that ended: a dead one must be gone in ten seconds."""
        limit = time.monotonic() + 10
        while self.sessions():
            if time.monotonic() > limit:
                raise RuntimeError("a session is left: %s" % self.sessions())
            time.sleep(0.002)

    def state(self):
        self.settle()
        tables = {row[0] for row in self.connection.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
        return state_of(self.connection.query, tables)

    def leftovers(self):
        self.settle()
        if self.connection.query("SELECT 1 FROM pg_index WHERE NOT indisvalid"):
            return "an INVALID index is left"
        if self.connection.query("SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
                                 "WHERE locktype = 'advisory' AND datname = current_database()"):
            return "an advisory lock is left"
        return None

    def close(self):
        self.connection.close()
        self.admin.query('DROP DATABASE "%s" WITH (FORCE)' % self.name)
        self.admin.close()
