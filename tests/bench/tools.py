"""The tools measured: for each, how to write an equivalent set of N linear revisions and which command does what.

Every set does the same work in the database: revision k creates table t<k> (5 columns, primary key) and an index
on it and inserts one row; its downgrade drops both. Where the tools are is told by the environment:
  ALEMBIC_CMD      default "alembic"      (words split as a shell does)
  ALEMBIC_OLD_CMD  a second Alembic, optional
  NODE_BIN         folder with knex, node-pg-migrate, ... (an npm project's node_modules/.bin)
  DBMATE           default "dbmate" (the Go binary, not the npm wrapper)
  FLOOR            the compiled floor.c (FLOOR + "-sqlite": built with -DNO_PG)
  PSQL             default the psql in `pg_config --bindir`
"""
import glob
import hashlib
import json
import os
import shlex
import shutil
import subprocess

E = os.environ
NODE_BIN = E.get("NODE_BIN", "")


def psql_bin():
    """the real psql: Debian's /usr/bin/psql is a Perl wrapper that costs about 20 ms"""
    if "PSQL" not in E:
        try:
            p = os.path.join(subprocess.check_output(["pg_config", "--bindir"], text=True).strip(), "psql")
        except OSError:
            p = ""
        E["PSQL"] = p if os.path.exists(p) else "psql"
    return E["PSQL"]


def node(cmd):
    return [os.path.join(NODE_BIN, cmd) if NODE_BIN else cmd]


def w(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)


def rev(k):
    return "r%05d" % k


def up_sql(k):
    return [
        "CREATE TABLE t%05d (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL, qty INTEGER, "
        "price NUMERIC(10, 2), created_at TIMESTAMP)" % k,
        "CREATE INDEX ix_t%05d_name ON t%05d (name)" % (k, k),
        "INSERT INTO t%05d (id, name, qty, price, created_at) VALUES (%d, 'row', 10, 1.50, '2024-01-01 00:00:00')"
        % (k, k),
    ]


def down_sql(k):
    return ["DROP INDEX ix_t%05d_name" % k, "DROP TABLE t%05d" % k]


def lines(stmts):
    return "".join(s + ";\n" for s in stmts)


def values(rows, size=500):
    for i in range(0, len(rows), size):
        yield ",".join(rows[i:i + size])


class DB:
    """One database: backend 'pg' or 'sqlite' and how to name it for each tool."""

    def __init__(self, backend, name, port=None, path=None):
        self.backend, self.name, self.port, self.path = backend, name, port, path

    def url(self, scheme=None):
        if self.backend == "pg":
            return "%s://bench@127.0.0.1:%d/%s?sslmode=disable" % (scheme or "postgres", self.port, self.name)
        return "%s:%s" % (scheme or "sqlite", self.path)

    def conninfo(self):
        return "host=127.0.0.1 port=%d user=bench dbname=%s" % (self.port, self.name)

    def env(self):
        if self.backend == "pg":
            return {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "bench", "PGDATABASE": self.name}
        return {}


class Tool:
    name = ""
    backends = ("pg", "sqlite")
    gen_name = None  # tools that share a set
    ops = ("up", "down", "new")

    def dir(self, root, n):
        return os.path.join(root, self.gen_name or self.name, str(n))

    def gen(self, d, n):
        raise NotImplementedError

    def cmd(self, op, db, d, n):
        """(argv, env) or None"""
        raise NotImplementedError

    def stamp(self, db, d, n):
        """argv/env of a command that marks all N as done, or ('sql', text)"""
        return None

    def keep(self, d):
        """files 'new' may rewrite"""
        return []

    def newdir(self, d):
        return d


# ---------------------------------------------------------------- floors
class Floor(Tool):
    gen_name = "floor"

    def __init__(self, name, mode, backends=("pg", "sqlite"), ops=("up",)):
        self.name, self.mode, self.backends, self.ops = name, mode, backends, ops

    def gen(self, d, n):
        ver = "CREATE TABLE bench_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);\n"
        tx, one, downtx, stm = [ver], ["BEGIN;\n", ver], [], []
        for k in range(1, n + 1):
            prev = rev(k - 1) if k > 1 else "None"
            w(os.path.join(d, "revs", "%s_m%05d.sql" % (rev(k), k)),
              "-- revision: %s\n-- down_revision: %s\n-- message: m%05d\n\n-- up\n%s\n-- down\n%s"
              % (rev(k), prev, k, lines(up_sql(k)), lines(down_sql(k))))
            v = ("INSERT INTO bench_version VALUES ('%s');\n" % rev(1) if k == 1 else
                 "UPDATE bench_version SET version_num='%s' WHERE version_num='%s';\n" % (rev(k), prev))
            body = lines(up_sql(k)) + v
            tx.append("BEGIN;\n" + body + "COMMIT;\n")
            one.append(body)
        for k in range(n, 0, -1):
            v = ("DELETE FROM bench_version WHERE version_num='%s';\n" % rev(1) if k == 1 else
                 "UPDATE bench_version SET version_num='%s' WHERE version_num='%s';\n" % (rev(k - 1), rev(k)))
            downtx.append("BEGIN;\n" + lines(down_sql(k)) + v + "COMMIT;\n")
        one.append("COMMIT;\n")
        w(os.path.join(d, "tx.sql"), "".join(tx))
        w(os.path.join(d, "one.sql"), "".join(one))
        w(os.path.join(d, "down.sql"), "".join(downtx))

    def cmd(self, op, db, d, n):
        fl, r = E.get("FLOOR", "floor"), os.path.join(d, "revs")
        t = db.conninfo() if db.backend == "pg" else db.path
        if self.mode == "client":  # psql / sqlite3 reading a script
            f = {"up": "tx.sql", "up-one": "one.sql", "down": "down.sql"}[op]
            return self.client(db, os.path.join(d, f))
        if self.mode == "client-one":
            return self.client(db, os.path.join(d, "one.sql"))
        if op == "graph":
            return [fl, "graph", r], {}
        if op == "ver":
            return [fl, db.backend + "-ver", t], {}
        if op == "noop":
            return [fl, db.backend + "-noop", t, r], {}
        return [fl, "%s-%s" % (db.backend, self.mode if op == "up" else op), t, r], {}

    def client(self, db, f):
        if db.backend == "pg":
            return [psql_bin(), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", f], db.env()
        return ["sqlite3", "-batch", "-bail", db.path, ".read " + f], {}

    def stamp(self, db, d, n):
        return "sql", ("CREATE TABLE bench_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);"
                       "INSERT INTO bench_version VALUES ('%s');" % rev(n))


# ---------------------------------------------------------------- Alembic
class Alembic(Tool):
    def __init__(self, name="alembic", cmdvar="ALEMBIC_CMD", default="alembic", style="ops", env=None):
        self.name, self.cmdvar, self.default, self.style, self.extra = name, cmdvar, default, style, env or {}
        self.gen_name = "alembic-" + style
        self.ops = ("up", "down", "new", "heads", "history", "current")

    def gen(self, d, n):
        w(os.path.join(d, "alembic.ini"), """[alembic]
script_location = %(here)s/alembic
prepend_sys_path = .
[loggers]
keys = root,sqlalchemy,alembic
[handlers]
keys = console
[formatters]
keys = generic
[logger_root]
level = WARNING
handlers = console
qualname =
[logger_sqlalchemy]
level = WARNING
handlers =
qualname = sqlalchemy.engine
[logger_alembic]
level = INFO
handlers =
qualname = alembic
[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic
[formatter_generic]
format = %(levelname)-5.5s [%(name)s] %(message)s
datefmt = %H:%M:%S
""")
        w(os.path.join(d, "alembic", "env.py"), '''import os
from logging.config import fileConfig
from sqlalchemy import create_engine, pool
from alembic import context

config = context.config
if config.config_file_name is not None:
    fileConfig(config.config_file_name)
engine = create_engine(os.environ["BENCH_URL"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None,
                      transaction_per_migration=bool(os.environ.get("BENCH_TPM")))
    with context.begin_transaction():
        context.run_migrations()
''')
        w(os.path.join(d, "alembic", "script.py.mako"), '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
''')
        for k in range(1, n + 1):
            prev = repr(rev(k - 1)) if k > 1 else "None"
            if self.style == "ops":
                up = """    op.create_table(
        "t%05d",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("qty", sa.Integer(), nullable=True),
        sa.Column("price", sa.Numeric(10, 2), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_t%05d_name", "t%05d", ["name"])
    op.execute(%s)
""" % (k, k, k, json.dumps(up_sql(k)[2].replace(":", "\\:")))
                down = '    op.drop_index("ix_t%05d_name", table_name="t%05d")\n    op.drop_table("t%05d")\n' % (k, k, k)
            else:
                up = "".join("    op.execute(%s)\n" % json.dumps(s.replace(":", "\\:")) for s in up_sql(k))
                down = "".join("    op.execute(%s)\n" % json.dumps(s) for s in down_sql(k))
            w(os.path.join(d, "alembic", "versions", "%s_m%05d.py" % (rev(k), k)),
              '"""m%05d\n\nRevision ID: %s\nRevises: %s\nCreate Date: 2024-01-01 00:00:00\n\n"""\nfrom alembic import op\n'
              "import sqlalchemy as sa\n\n\nrevision = %r\ndown_revision = %s\nbranch_labels = None\ndepends_on = None\n\n\n"
              "def upgrade() -> None:\n%s\n\ndef downgrade() -> None:\n%s" % (k, rev(k), prev, rev(k), prev, up, down))

    def cmd(self, op, db, d, n):
        args = {"up": ["upgrade", "head"], "noop": ["upgrade", "head"], "down": ["downgrade", "base"],
                "heads": ["heads"], "history": ["history"], "current": ["current"], "stamp": ["stamp", "head"],
                "new": ["revision", "-m", "new one"]}[op]
        url = (db.url("postgresql+psycopg2") if db.backend == "pg" else "sqlite:///" + db.path)
        return (shlex.split(E.get(self.cmdvar, self.default)) + ["-c", os.path.join(d, "alembic.ini")] + args,
                dict(self.extra, BENCH_URL=url))

    def stamp(self, db, d, n):
        return self.cmd("stamp", db, d, n)

    def newdir(self, d):
        return os.path.join(d, "alembic", "versions")


# ---------------------------------------------------------------- dbmate
class Dbmate(Tool):
    name = "dbmate"
    ops = ("up", "down1", "new", "status")

    @staticmethod
    def ver(k):
        return "%014d" % (20240101000000 + k)

    def gen(self, d, n):
        for k in range(1, n + 1):
            w(os.path.join(d, "db", "%s_m%05d.sql" % (self.ver(k), k)),
              "-- migrate:up\n%s\n-- migrate:down\n%s" % (lines(up_sql(k)), lines(down_sql(k))))

    def cmd(self, op, db, d, n):
        args = {"up": ["migrate"], "noop": ["migrate"], "down1": ["rollback"], "status": ["status"],
                "new": ["new", "new_one"]}[op]
        return (shlex.split(E.get("DBMATE", "dbmate")) + ["--no-dump-schema", "-d", os.path.join(d, "db")] + args,
                {"DATABASE_URL": db.url()})

    def stamp(self, db, d, n):
        rows = ["('%s')" % self.ver(k) for k in range(1, n + 1)]
        return "sql", ("CREATE TABLE schema_migrations (version varchar(255) PRIMARY KEY);"
                       + "".join("INSERT INTO schema_migrations VALUES %s;" % v for v in values(rows)))

    def newdir(self, d):
        return os.path.join(d, "db")


# ---------------------------------------------------------------- Sqitch
class Sqitch(Tool):
    name = "sqitch"
    ops = ("up", "down", "new", "status", "log", "plan")

    def gen(self, d, n):
        plan = ["%syntax-version=1.0.0\n%project=bench\n\n"]
        for k in range(1, n + 1):
            c = "m%05d" % k
            plan.append("%s 2024-01-01T00:00:00Z Bench <bench@example.com> # %s\n" % (c, c))
            w(os.path.join(d, "deploy", c + ".sql"), "BEGIN;\n%sCOMMIT;\n" % lines(up_sql(k)))
            w(os.path.join(d, "revert", c + ".sql"), "BEGIN;\n%sCOMMIT;\n" % lines(down_sql(k)))
        w(os.path.join(d, "sqitch.plan"), "".join(plan))
        w(os.path.join(d, "sqitch.conf"), "[core]\n\tengine = pg\n[user]\n\tname = Bench\n\temail = bench@example.com\n")

    def cmd(self, op, db, d, n):
        target = (db.url("db:pg").split("?")[0] if db.backend == "pg" else "db:sqlite:" + db.path)
        args = {"up": ["deploy", "--quiet", target], "noop": ["deploy", "--quiet", target],
                "down": ["revert", "--quiet", "-y", target], "status": ["status", target], "log": ["log", target],
                "stamp": ["deploy", "--quiet", "--log-only", target],
                "plan": ["plan"], "new": ["add", "new_one", "-n", "new one"]}[op]
        return ["sqitch"] + args, {"TZ": "UTC"}

    def stamp(self, db, d, n):
        return self.cmd("stamp", db, d, n)

    def keep(self, d):
        return [os.path.join(d, "sqitch.plan")]


# ---------------------------------------------------------------- Node
class Knex(Tool):
    name = "knex"
    ops = ("up", "down", "new", "status")

    def gen(self, d, n):
        w(os.path.join(d, "knexfile.js"), "module.exports={client:process.env.BENCH_CLIENT,connection:process.env."
          "BENCH_CLIENT==='pg'?process.env.BENCH_URL:{filename:process.env.BENCH_URL},useNullAsDefault:true,"
          "migrations:{directory:'./migrations'}};\n")
        if NODE_BIN and not os.path.exists(os.path.join(d, "node_modules")):
            os.symlink(os.path.dirname(os.path.abspath(NODE_BIN)), os.path.join(d, "node_modules"))
        for k in range(1, n + 1):
            body = lambda ss: "".join("  await knex.raw(%s);\n" % json.dumps(s) for s in ss)
            w(os.path.join(d, "migrations", "%014d_m%05d.js" % (20240101000000 + k, k)),
              "exports.up = async (knex) => {\n%s};\nexports.down = async (knex) => {\n%s};\n"
              % (body(up_sql(k)), body(down_sql(k))))

    def cmd(self, op, db, d, n):
        args = {"up": ["migrate:latest"], "noop": ["migrate:latest"], "down": ["migrate:rollback", "--all"],
                "status": ["migrate:status"], "new": ["migrate:make", "new_one"]}[op]
        return (node("knex") + ["--knexfile", os.path.join(d, "knexfile.js")] + args,
                {"BENCH_CLIENT": "pg" if db.backend == "pg" else "better-sqlite3",
                 "BENCH_URL": db.url() if db.backend == "pg" else db.path})

    def stamp(self, db, d, n):
        pk = "serial primary key" if db.backend == "pg" else "integer primary key autoincrement"
        ts = "timestamptz" if db.backend == "pg" else "datetime"
        rows = ["('%014d_m%05d.js',1)" % (20240101000000 + k, k) for k in range(1, n + 1)]
        return "sql", ("CREATE TABLE knex_migrations (id %s, name varchar(255), batch integer, migration_time %s);"
                       "CREATE TABLE knex_migrations_lock (\"index\" %s, is_locked integer);"
                       "INSERT INTO knex_migrations_lock(is_locked) VALUES (0);" % (pk, ts, pk)
                       + "".join("INSERT INTO knex_migrations(name,batch) VALUES %s;" % v for v in values(rows)))

    def newdir(self, d):
        return os.path.join(d, "migrations")


class NodePgMigrate(Tool):
    name = "node-pg-migrate"
    backends = ("pg",)
    ops = ("up", "down", "new")

    @staticmethod
    def base(k):
        return "%d_m%05d" % (1704067200000 + k, k)

    def gen(self, d, n):
        w(os.path.join(d, "package.json"), '{"name":"bench","version":"1.0.0","type":"commonjs"}\n')
        for k in range(1, n + 1):
            w(os.path.join(d, "migrations", self.base(k) + ".js"), """exports.up = (pgm) => {
  pgm.createTable("t%05d", {
    id: { type: "integer", notNull: true, primaryKey: true },
    name: { type: "varchar(100)", notNull: true },
    qty: { type: "integer" },
    price: { type: "numeric(10, 2)" },
    created_at: { type: "timestamp" },
  });
  pgm.createIndex("t%05d", "name", { name: "ix_t%05d_name" });
  pgm.sql(%s);
};
exports.down = (pgm) => {
  pgm.dropIndex("t%05d", "name", { name: "ix_t%05d_name" });
  pgm.dropTable("t%05d");
};
""" % (k, k, k, json.dumps(up_sql(k)[2]), k, k, k))

    def cmd(self, op, db, d, n):
        args = {"up": ["up"], "noop": ["up"], "down": ["down", str(n)], "fake": ["up", "--fake"],
                "new": ["create", "new-one"]}[op]
        return (node("node-pg-migrate") + args + ["-m", os.path.join(d, "migrations"), "--no-verbose"],
                {"DATABASE_URL": db.url()})

    def stamp(self, db, d, n):
        rows = ["('%s', '2024-01-01'::timestamp + interval '%d s')" % (self.base(k), k) for k in range(1, n + 1)]
        return "sql", ("CREATE TABLE pgmigrations (id SERIAL PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);"
                       + "".join("INSERT INTO pgmigrations(name,run_on) VALUES %s;" % v for v in values(rows)))

    def newdir(self, d):
        return os.path.join(d, "migrations")


class Graphile(Tool):
    name = "graphile-migrate"
    backends = ("pg",)
    ops = ("up", "status")

    def gen(self, d, n):
        w(os.path.join(d, ".gmrc"), "{}\n")
        w(os.path.join(d, "migrations", "current.sql"), "")
        prev = None
        for k in range(1, n + 1):
            body = lines(up_sql(k))
            hsh = "sha1:" + hashlib.sha1((((prev or "") + "\n" + body.strip()).strip() + "\n").encode()).hexdigest()
            w(os.path.join(d, "migrations", "committed", "%06d.sql" % k),
              "--! Previous: %s\n--! Hash: %s\n\n%s" % (prev or "-", hsh, body))
            prev = hsh

    def cmd(self, op, db, d, n):
        args = {"up": ["migrate"], "noop": ["migrate"], "status": ["status"]}[op]
        return (node("graphile-migrate") + args,
                {"DATABASE_URL": db.url(), "ROOT_DATABASE_URL": "postgres://bench@127.0.0.1:%d/postgres" % db.port,
                 "SHADOW_DATABASE_URL": "postgres://bench@127.0.0.1:%d/gm_shadow" % db.port})

    def stamp(self, db, d, n):
        rows = []
        for f in sorted(glob.glob(os.path.join(d, "migrations", "committed", "*.sql"))):
            with open(f) as fh:
                p, hsh = fh.readline().split(": ")[1].strip(), fh.readline().split(": ")[1].strip()
            rows.append("('%s',%s,'%s')" % (hsh, "NULL" if p == "-" else "'%s'" % p, os.path.basename(f)))
        return "sql", ("CREATE SCHEMA graphile_migrate; CREATE TABLE graphile_migrate.migrations (hash text primary key,"
                       "previous_hash text references graphile_migrate.migrations, filename text not null, date timestamptz"
                       " not null default now()); CREATE TABLE graphile_migrate.current (filename text primary key default"
                       " 'current.sql', content text not null, date timestamptz not null default now());"
                       + "".join("INSERT INTO graphile_migrate.migrations(hash,previous_hash,filename) VALUES %s;" % v
                                 for v in values(rows)))


class Postgrator(Tool):
    name = "postgrator"
    backends = ("pg",)
    ops = ("up", "down")

    def gen(self, d, n):
        for k in range(1, n + 1):
            w(os.path.join(d, "migrations", "%05d.do.m%05d.sql" % (k, k)), lines(up_sql(k)))
            w(os.path.join(d, "migrations", "%05d.undo.m%05d.sql" % (k, k)), lines(down_sql(k)))

    def cmd(self, op, db, d, n):
        to = {"up": "max", "noop": "max", "down": "0"}[op]
        return (node("postgrator") + ["--to", to, "--no-config", "-r", "pg", "-h", "127.0.0.1", "-o", str(db.port), "-d",
                                      db.name, "-u", "bench", "-p", "x", "-m", os.path.join(d, "migrations", "*")], {})

    def stamp(self, db, d, n):
        rows = []
        for k in range(1, n + 1):
            with open(os.path.join(d, "migrations", "%05d.do.m%05d.sql" % (k, k)), "rb") as f:
                rows.append("(%d,'m%05d','%s',now())" % (k, k, hashlib.md5(f.read()).hexdigest()))
        return "sql", ("CREATE TABLE schemaversion (version BIGINT PRIMARY KEY, name text, md5 text, run_at timestamptz);"
                       "INSERT INTO schemaversion(version) VALUES (0);"
                       + "".join("INSERT INTO schemaversion VALUES %s;" % v for v in values(rows)))


class DbMigrate(Tool):
    name = "db-migrate"
    backends = ("pg",)
    ops = ("up", "down", "new", "status")

    def gen(self, d, n):
        w(os.path.join(d, "database.json"), json.dumps({"dev": {"ENV": "DATABASE_URL"}}))
        for k in range(1, n + 1):
            chain = lambda ss: "".join("    .then(() => db.runSql(%s))\n" % json.dumps(s) for s in ss)
            w(os.path.join(d, "migrations", "%014d-m%05d.js" % (20240101000000 + k, k)),
              "'use strict';\nexports.setup = function () {};\nexports.up = function (db) {\n  return Promise.resolve()\n%s;\n};\n"
              "exports.down = function (db) {\n  return Promise.resolve()\n%s;\n};\nexports._meta = { version: 1 };\n"
              % (chain(up_sql(k)).rstrip(), chain(down_sql(k)).rstrip()))

    def cmd(self, op, db, d, n):
        args = {"up": ["up"], "noop": ["up"], "down": ["reset"], "status": ["check"], "new": ["create", "new-one"]}[op]
        return (node("db-migrate") + args + ["--config", os.path.join(d, "database.json"), "-e", "dev", "-m",
                                             os.path.join(d, "migrations")],
                {"DATABASE_URL": "postgres://bench:x@127.0.0.1:%d/%s" % (db.port, db.name)})

    def stamp(self, db, d, n):
        rows = ["('/%014d-m%05d','2024-01-01')" % (20240101000000 + k, k) for k in range(1, n + 1)]
        return "sql", ("CREATE TABLE migrations (id SERIAL PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);"
                       + "".join("INSERT INTO migrations(name,run_on) VALUES %s;" % v for v in values(rows)))

    def newdir(self, d):
        return os.path.join(d, "migrations")


# ---------------------------------------------------------------- migrate: this project
class Migrate(Tool):
    """One transaction a revision, or (style "run") one for all."""
    gen_name = "migrate"
    ops = ("up", "down", "new", "heads", "history", "current", "status")

    def __init__(self, name="migrate", style="revision"):
        self.name, self.style = name, style

    def gen(self, d, n):
        for style in ("revision", "run"):
            w(os.path.join(d, "migrator-%s.yaml" % style), "database_url: ${BENCH_URL}\nversions: versions\n"
              "transaction: %s\n" % style)
        for k in range(1, n + 1):
            w(os.path.join(d, "versions", "%s_m%05d.sql" % (rev(k), k)),
              "-- m%05d\n--\n-- revision: %s\n-- down_revision: %s\n-- branch_labels:\n-- depends_on:\n"
              "-- created: 2024-01-01 00:00:00+00:00\n\n-- migrate:upgrade\n%s\n-- migrate:downgrade\n%s"
              % (k, rev(k), rev(k - 1) if k > 1 else "", lines(up_sql(k)), lines(down_sql(k))))

    def cmd(self, op, db, d, n):
        args = {"up": ["upgrade", "head"], "noop": ["upgrade", "head"], "down": ["downgrade", "base"], "heads": ["heads"],
                "history": ["history"], "current": ["current"], "status": ["status"], "stamp": ["stamp", "head"],
                "new": ["revision", "-m", "new one"]}[op]
        url = db.url("postgresql") if db.backend == "pg" else "sqlite:///" + (db.path or "x.db")
        return ([E.get("MIGRATE", "migrate"), "-c", os.path.join(d, "migrator-%s.yaml" % self.style)] + args,
                {"BENCH_URL": url})

    def stamp(self, db, d, n):
        return self.cmd("stamp", db, d, n)

    def newdir(self, d):
        return os.path.join(d, "versions")


CLIENT = Floor("client-tx", "client", ops=("up", "down"))  # psql -f / sqlite3, transaction per migration
FLOORS = [
    CLIENT,
    Floor("client-one", "client-one"),  # the same, one transaction for all
    Floor("C-tx", "up", ops=("up", "down", "ver", "noop", "graph")),
    Floor("C-one", "up-one"),
    Floor("C-3rtt", "up-3", backends=("pg",)),
    Floor("C-stmt", "up-stmt", backends=("pg",)),
    Floor("C-pipe", "up-pipe", backends=("pg",)),
]
PEERS = [Migrate(), Migrate("migrate-run", "run"), Alembic(), Alembic("alembic-sql", style="sql"), Alembic("alembic-tpm", env={"BENCH_TPM": "1"}),
         Dbmate(), Sqitch(), Knex(), NodePgMigrate(), Graphile(), Postgrator(), DbMigrate()]
if E.get("ALEMBIC_OLD_CMD"):
    PEERS.insert(1, Alembic("alembic-old", "ALEMBIC_OLD_CMD"))
ALL = {t.name: t for t in FLOORS + PEERS}


def present(tool):
    """is its program there?"""
    db = DB("pg", "x", 1) if "pg" in tool.backends else DB("sqlite", "x", path="x")
    return shutil.which(tool.cmd("up", db, "x", 1)[0][0]) is not None
