"""alter_corpus: pairs of schemas to try, from tests/corpus/alter. Knows its files; no database but by
what accepts() says of a schema.

base.sql is a schema, rows.sql its rows, and changes.txt single changes to it, which says what the
format is. pairs/*.sql have both schemas in a file of their own, in the schema app: the first with its
rows, "-- destroys: TEXT" lines, "-- to:", the second, and "-- rows: CONDITION" that holds behind the
upgrade. Surprising: in a batch each pair has a schema of its own, app0, app1, ..., by its text alone,
so "app" must be in every name that is not within the schema.
"""

import random


class Wrong(Exception):
    pass


class Trial:
    """From one schema to another. None for destroys and fails: whatever they are."""

    def __init__(self, name, old, new, rows=None):
        self.name, self.old, self.new, self.rows = name, old, new, rows
        self.about = ""  # for when it fails
        self.destroys = self.fails = None
        self.stops = False  # the upgrade fails where rows are
        self.same = []  # (query before, query behind); a query before that is None: "t" is its result
        self.nothing = None
        self.thorough = False  # what diff has told is asked of revision too, and what is refused
        self.one_way = False  # the way back is told as not proved
        self.may_refuse = False  # some of it may be told as not written


class Change:
    def __init__(self, name):
        self.name = name
        self.places = []  # (what goes, what comes)
        self.destroys, self.fails, self.may_fail, self.same = [], [], [], []
        self.nothing = self.alone = self.one_way = False

    def note(self, line):
        key, _, text = line.partition(": ")
        if key in ("nothing", "alone", "one_way"):
            setattr(self, key, True)
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


class Pair:
    def __init__(self, path):
        self.name = path.stem
        self.old, _, behind = path.read_text().partition("-- to:\n")
        self.new, _, self.condition = behind.partition("-- rows: ")
        # An extension is there once in a database.
        self.alone = "EXTENSION" in self.old

    def numbered(self, text, number):
        app = "app" if number is None else f"app{number}"
        return text.replace("app", app)

    def side(self, new, number):
        """Without rows: whether values fit another type is not what that is about."""
        lines = (self.new if new else self.old).splitlines()
        text = "\n".join(line for line in lines if not line.startswith("INSERT"))
        return self.numbered(f"CREATE SCHEMA app;\n{text}\n", number)

    def add_to(self, trial, number=None):
        trial.old += self.numbered(f"CREATE SCHEMA app;\n{self.old}", number)
        trial.new += self.numbered(f"CREATE SCHEMA app;\n{self.new}", number)
        for line in self.numbered(self.old, number).splitlines():
            if line.startswith("-- destroys: "):
                trial.destroys.append(line.removeprefix("-- destroys: "))
        if self.condition:
            trial.same.append((None, f"SELECT ({self.numbered(self.condition, number)}\n)"))


def pairs_trial(name):
    trial = Trial(name, "", "")
    trial.destroys = []
    return trial


class Corpus:
    """What is drawn is the same for the same seed."""

    def __init__(self, folder, database, seed):
        self.base, self.rows = (folder / "base.sql").read_text(), (folder / "rows.sql").read_text()
        self.changes = read_changes(folder / "changes.txt")
        self.pairs = [Pair(path) for path in sorted(folder.glob("pairs/*.sql"))]
        self.database, self.seed = database, seed
        random.seed(seed)

    def of_changes(self, name, changes):
        trial = Trial(name, self.base, self.base, self.rows)
        for change in changes:
            trial.new = change.apply(trial.new)
            trial.same += change.same
        if trial.new is None:
            raise SystemExit(f"{name}: a place is not there once")
        trial.destroys = [text for change in changes for text in change.destroys]
        trial.fails = [text for change in changes for text in change.fails + change.may_fail]
        trial.stops = any(change.fails for change in changes)
        trial.nothing = all(change.nothing for change in changes)
        trial.one_way = any(change.one_way for change in changes)
        return trial

    def of_pairs(self, name, pairs):
        trial = pairs_trial(name)
        for number, pair in enumerate(pairs):
            pair.add_to(trial, None if len(pairs) == 1 else number)
        return trial

    def singles(self):
        trials = [self.of_changes(change.name, [change]) for change in self.changes]
        trials += [self.of_pairs(pair.name, [pair]) for pair in self.pairs]
        for trial in trials:
            trial.thorough = True
            yield trial

    # -------- Many at once, each of them in one --------

    @staticmethod
    def are_apart(one, other):
        return one.alone or other.alone or bool(one.fails) != bool(other.fails)

    def grow(self, schema, changes):
        """The schema with as many of the changes as go together, and these."""
        changed, fitting = schema, []
        for change in changes:
            text = change.apply(changed)
            if text is not None:
                changed = text
                fitting.append(change)
        if not fitting or self.database.accepts(changed):
            return changed, fitting
        if len(fitting) == 1:
            return schema, []
        half = len(fitting) // 2
        schema, first = self.grow(schema, fitting[:half])
        schema, second = self.grow(schema, fitting[half:])
        return schema, first + second

    def batch_changes(self, changes):
        """Those of the batch go from the list."""
        one = changes[0]
        like = [change for change in changes if change is one or not self.are_apart(one, change)]
        _, batch = self.grow(self.base, like)
        if not batch:
            raise SystemExit(f"{one.name}: it cannot be made")
        for change in batch:
            changes.remove(change)
        return batch

    @staticmethod
    def of_batch(batch, make):
        name = batch[0].name if len(batch) == 1 else f"{len(batch)} changes at once"
        trial = make(name, batch)
        trial.about = "\n".join(one.name for one in batch)
        return trial

    def batches(self, size=35):
        left = random.sample(self.changes, len(self.changes))
        while left:
            batch = self.batch_changes(left)
            yield self.of_batch(batch, self.of_changes)
        left = [pair for pair in self.pairs if not pair.alone]
        random.shuffle(left)
        for start in range(0, len(left), size):
            batch = left[start : start + size]
            yield self.of_batch(batch, self.of_pairs)
        for pair in self.pairs:
            if pair.alone:
                yield self.of_pairs(pair.name, [pair])

    # -------- Compositions --------

    def compose(self, changes):
        """A schema with some of the changes, that makes sense."""
        made = []
        while not made:
            schema, made = self.grow(self.base, random.sample(changes, random.randint(2, 12)))
        return schema, [change.name for change in made]

    def composition(self, number):
        whole = [change for change in self.changes if not change.fails and not change.one_way]
        old, before = self.compose(whole) if number % 3 else (self.base, [])
        new, names = self.compose(whole)
        name = f"composition {self.seed}.{number}: {len(names)} changes"
        trial = Trial(name, old, new, self.rows if old == self.base else None)
        trial.about = "\n".join(["from:", *before, "to:", *names])
        return trial

    def composition_of_pairs(self, number, size=8):
        """Any side of any pair where any other one was."""
        pairs = [pair for pair in self.pairs if not pair.alone]
        trial = Trial(f"composition of pairs {self.seed}.{number}", "", "")
        trial.may_refuse = True
        for place in range(size):
            old, new = random.choice(pairs), random.choice(pairs)
            trial.old += old.side(random.random() < 0.5, place)
            trial.new += new.side(random.random() < 0.5, place)
            trial.about += f"{old.name} to {new.name}\n"
        return trial

    def compositions(self, count):
        for number in range(count):
            yield self.composition(number)
        if self.pairs:
            for number in range(count // 2):
                yield self.composition_of_pairs(number)
