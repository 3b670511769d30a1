"""What the sweeps run: projects whose every effect is an INSERT into a table without a unique key.

A scenario is a list of units, the parts that must each happen once and as a whole: a revision that
is one transaction, or a part of one that is not. Whoever looks at the database afterwards can count.
"""
from typing import NamedTuple


class Unit(NamedTuple):
    """A part of a run. An outside one commits by itself, before its record does."""
    revision: str
    number: int            # of the part, from 1; 0: the revision is one transaction
    effects: tuple = ()
    table: str = ""        # "+name" where one is made, "-name" where one is dropped
    outside: bool = False
    last: bool = True


class Scenario(NamedTuple):
    name: str
    revisions: tuple       # (id, text of its file)
    config: str            # lines of migrator.yaml
    up: tuple              # units in the order of an upgrade
    down: tuple
    new_file: bool = False  # SQLite: the run makes the database
    before: tuple = ()      # revisions that have run when an upgrade begins; those above replace them
    after: tuple = ()       # commands that must succeed when the job is done

    def units(self, direction):
        return self.up if direction == "upgrade" else self.down


def statement(effect):
    return "INSERT INTO effects VALUES ('%s');" % effect


def revision_file(name, parent, up, down, options=""):
    return "-- Revision %s\n-- revision: %s\n-- down_revision: %s\n\n-- migrate:upgrade%s\n%s\n\n" \
        "-- migrate:downgrade%s\n%s\n" % (name, name, parent, options, up, options, down)


def plain(name, parent):
    """A revision that is one transaction: (file, unit up, unit down)."""
    text = revision_file(name, parent,
                         "%s\nCREATE TABLE %s (i INTEGER);\n%s" % (statement(name), name, statement(name + "'" + "'")),
                         "%s\nDROP TABLE %s;" % (statement("-" + name), name))
    return (name, text), Unit(name, 0, (name, name + "'"), "+" + name), \
        Unit(name, 0, ("-" + name,), "-" + name)


def transactions(name="transactions", config="", new_file=False):
    made = [plain(rev, parent) for rev, parent in (("r1", ""), ("r2", "r1"), ("r3", "r2"))]
    files = [file for file, _, _ in made]
    if new_file:
        files[0] = (files[0][0], files[0][1].replace("upgrade\n", "upgrade\nCREATE TABLE effects (name TEXT);\n", 1))
    return Scenario(name, tuple(files), config, tuple(up for _, up, _ in made),
                    tuple(down for _, _, down in reversed(made)), new_file)


def pieces(revision, scripts):
    """Units of one script: (effect, table, outside) for each part."""
    return tuple(Unit(revision, number, (effect,) if effect else (), table, outside, number == len(scripts))
                 for number, (effect, table, outside) in enumerate(scripts, 1))


def parts(outside_up, outside_down):
    """A script in parts between two that are one transaction. outside_*: statements that stand alone."""
    first, last = plain("r1", ""), plain("r3", "r2")
    up, down = [], []
    units_up, units_down = [], []
    for statements, text, units, sign, begin in ((outside_up, up, units_up, "", "CREATE TABLE r2 (i INTEGER);"),
                                                 (outside_down, down, units_down, "-", "")):
        text.append(statement(sign + "r2.1") + begin)
        units.append((sign + "r2.1", "+r2" if begin else "", False))
        for number, alone in enumerate(statements):
            effect = "%sr2.%d" % (sign, 3 + 2 * number)
            text += [alone, statement(effect)]
            units += [("", "", True), (effect, "", False)]
    down.append("DROP TABLE r2;")
    units_down[-1] = (units_down[-1][0], "-r2", False)
    file = ("r2", revision_file("r2", "r1", "\n".join(up), "\n".join(down)))
    return Scenario("parts", (first[0], file, last[0]), "",
                    (first[1], *pieces("r2", units_up), last[1]),
                    (last[2], *pieces("r2", units_down), first[2]))


def single_statements():
    """transaction=off: each statement commits by itself, and some cannot be told from not having run."""
    up = "\n".join((statement("r1.1"), "CREATE TABLE r1 (i INTEGER);", statement("r1.3")))
    down = "\n".join((statement("-r1.1"), "DROP TABLE r1;", statement("-r1.3")))
    last = plain("r2", "r1")
    units_up, units_down = [((sign + "r1.1", "", True), ("", way + "r1", True), (sign + "r1.3", "", True))
                            for sign, way in (("", "+"), ("-", "-"))]
    return Scenario("statements", (("r1", revision_file("r1", "", up, down, " transaction=off")), last[0]), "",
                    (*pieces("r1", units_up), last[1]), (last[2], *pieces("r1", units_down)))


def recorded_schema():
    """The schema goes into the log behind the run: what was not recorded must not look like a change by hand."""
    return transactions("recorded schema", "drift: true\n")._replace(down=(), after=(("check", "--drift"),))


def adoption():
    """r1 and r2 have run, s has come in their place, and r3 runs behind the adoption of s."""
    before = tuple(plain(rev, parent)[0] for rev, parent in (("r1", ""), ("r2", "r1")))
    replaced = revision_file("s", "", "\n".join("CREATE TABLE %s (i INTEGER);" % name for name, _ in before),
                             "\n".join("DROP TABLE %s;" % name for name, _ in reversed(before)))
    replaced = replaced.replace("-- down_revision: \n", "-- down_revision: \n-- replaces: r1, r2\n", 1)
    last = plain("r3", "s")
    return Scenario("adoption", (("s", replaced), last[0]), "", (last[1],), (), before=before)


def scenarios(database):
    one_run = transactions("one run", "transaction: run\n")
    if database == "sqlite":
        return [transactions(), transactions("new file", new_file=True), one_run, parts(["VACUUM;"], ["VACUUM;"]),
                single_statements(), recorded_schema(), adoption()]
    return [transactions(), one_run,
            parts(["CREATE INDEX CONCURRENTLY r2_i ON r2 (i);", "VACUUM r2;"], ["DROP INDEX CONCURRENTLY r2_i;"]),
            single_statements(), recorded_schema(), adoption()]
