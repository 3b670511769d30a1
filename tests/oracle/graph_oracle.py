#!/usr/bin/python3
"""Random graphs, states and commands: our decisions beside two others.

The first is a naive implementation of the rules with Python sets (graph_rules.py): every answer of
ours must be equal to its answer, the code of an error included. The second is Alembic itself
(graph_alembic.py): plans and rows must be the same sets, unless one of graph_exemptions.py applies.
Each of those quotes the rule that differs; as many as applied are counted and printed.

usage: graph_oracle.py PROGRAM [--seed N] [--count N]
"""
import argparse
import collections
import random
import subprocess
import sys
import warnings

sys.dont_write_bytecode = True

from graph_alembic import Alembic  # noqa: E402
from graph_exemptions import EXEMPTIONS, Case  # noqa: E402
from graph_rules import Naive, Node, Refusal  # noqa: E402


def random_nodes(chance):
    size = chance.choice((1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10, 10, 11, 12, 13, 14, 15))
    if chance.random() < 0.04:
        size = chance.randrange(16, 45)
    merges, depends, labels = chance.choice((0, 0.15, 0.3)), chance.choice((0, 0.2, 0.4)), 0.2
    nodes, names, used = [], [], set()
    heads = []
    for number in range(size):
        ident = ""
        while not ident or ident in used:
            ident = "%s%03x" % (chance.choice("abc"), chance.randrange(4096))
        used.add(ident)
        parents = []
        if number and chance.random() > 0.1:
            pool = heads if chance.random() < 0.6 else [node.id for node in nodes]
            wanted = chance.choice((2, 2, 3)) if chance.random() < merges else 1
            parents = chance.sample(pool, min(wanted, len(pool)))
        needs = []
        if names and chance.random() < depends:
            needs = chance.sample(names, min(chance.choice((1, 1, 2)), len(names)))
        own = []
        if chance.random() < labels:
            own = ["L%d" % number] + (["M%d" % number] if chance.random() < 0.1 else [])
        nodes.append(Node(ident, chance.randrange(6), parents, needs, own))
        names += [ident] + own
        heads = [head for head in heads if head not in parents] + [ident]
    chance.shuffle(nodes)
    return nodes


def random_rows(chance, naive):
    ids = sorted(naive.nodes)
    shape = chance.random()
    if shape < 0.1:
        return []
    if shape < 0.25:
        return sorted(naive.heads(real=True))
    some = chance.sample(ids, min(len(ids), chance.choice((1, 1, 2, 2, 3, 4))))
    if shape < 0.35:
        return some
    return sorted(naive.maximal(naive.closure(set(some))))


def random_name(chance, naive):
    names = sorted(naive.nodes) + sorted(naive.labels) * 2
    name = chance.choice(names)
    if name in naive.nodes and chance.random() < 0.1:
        name = name[: chance.randrange(1, 4)]
    return name


def random_target(chance, naive):
    if chance.random() < 0.02:
        return chance.choice(("zzzz", "+0", "-0", "@head", "a@", "+", "1+x", "L@@1", "zz@head"))
    steps = "%s%d" % (chance.choice("+--"), chance.choice((1, 1, 1, 2, 2, 3, 4)))
    branch = random_name(chance, naive) + "@" if chance.random() < 0.4 else ""
    shape = chance.random()
    if shape < 0.25:
        return branch + steps
    words = ("head",) * 4 + ("heads", "base") * 3 + ("current",)
    symbol = chance.choice(words) if shape < 0.55 else random_name(chance, naive)
    return branch + symbol + (steps if chance.random() < 0.2 else "")


def random_command(chance, naive):
    verb = chance.choice(
        ("upgrade",) * 4
        + ("downgrade",) * 4
        + ("cascade", "stamp", "stamp", "purge", "range", "show")
    )
    if verb == "range":
        ends = [random_target(chance, naive) if chance.random() < 0.8 else "" for _ in "ab"]
        return verb, ends
    count = chance.choice((1, 1, 1, 2, 3)) if verb in ("stamp", "purge") else 1
    return verb, [random_target(chance, naive) for _ in range(count)]


class Tally:
    def __init__(self):
        self.graphs = self.commands = self.compared = self.normalised = self.failures = 0
        self.exempted = collections.Counter()

    def fail(self, nodes, rows, verb, texts, why):
        self.failures += 1
        if self.failures > 20:
            return
        print("# %s %s: %s" % (verb, " ".join(texts), why))
        print("  rows %s" % (",".join(rows) or "-"))
        for node in nodes:
            print("  %s" % line_of(node))


def listed(items):
    return ",".join(items) or "-"


def unlisted(text):
    return [] if text == "-" else text.split(",")


def line_of(node):
    return "%s %d %s %s %s" % (
        node.id,
        node.created,
        listed(node.parents),
        listed(node.depends),
        listed(node.labels),
    )


class Ours:
    """The program under test, kept running."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, requests, answers):
        self.process.stdin.write("\n".join(requests) + "\nflush\n")
        self.process.stdin.flush()
        return [self.process.stdout.readline().rstrip("\n") for _ in range(answers)]

    def close(self):
        self.process.stdin.close()
        return self.process.wait()


def requests_of(nodes, rows, commands):
    lines = ["graph %d" % len(nodes)] + [line_of(node) for node in nodes]
    lines += ["rows %s" % listed(rows), "labels"]
    for verb, texts in commands:
        if verb == "range":
            lines.append("range %s %s" % (texts[0] or "-", texts[1] or "-"))
        else:
            lines.append("%s %s" % (verb, ",".join(texts)))
    return lines


def by_rules(naive, applied, verb, texts):
    """The answer that ours must be: (plan in order, rows after), or a slug."""
    try:
        if verb == "upgrade":
            plan = naive.order(naive.upgrade(texts[0], applied))
            return plan, naive.maximal(applied | set(plan))
        if verb in ("downgrade", "cascade"):
            plan = naive.order(naive.downgrade(texts[0], applied, verb == "cascade"))[::-1]
            return plan, naive.maximal(applied - set(plan))
        if verb in ("stamp", "purge"):
            return [], naive.stamp(texts, applied, verb == "purge")
        if verb == "range":
            return naive.order(naive.range(texts[0], texts[1], applied)), None
        return sorted(naive.resolve(texts[0], applied).ids, key=naive.key), None
    except Refusal as refusal:
        return refusal.slug


def check_steps(naive, applied, words, downwards):
    """Plays each step's change of rows: it must lead to the maximal elements, every time."""
    rows, applied = set(unlisted(words[1])), set(applied)
    if rows != naive.maximal(applied):
        return "starts from the rows %s" % words[1]
    for word in words[3:]:
        ident, removed, added = word.split(":")
        removed, added = set(unlisted(removed)), set(unlisted(added))
        if not removed <= rows or added & rows:
            return "step %s removes what is no row or adds what is one" % word
        if downwards:
            applied.remove(ident)
        elif not naive.below[ident] <= applied:
            return "step %s runs before what it stands on" % word
        else:
            applied.add(ident)
        rows = rows - removed | added
        if rows != naive.maximal(applied):
            return "rows after %s are %s" % (word, sorted(rows))
    return "" if rows == set(unlisted(words[2])) else "ends with other rows than its last step"


def check_rules(naive, applied, verb, answer, rule):
    """Is our answer the rules' answer? The difference, or nothing."""
    words = answer.split(" ")
    if words[0] == "error":
        return "" if words[1] == rule else "is %s, must be %s" % (answer, rule)
    if isinstance(rule, str):
        return "is %s, must be error %s" % (answer, rule)
    if verb in ("range", "show"):
        return "" if unlisted(words[1]) == rule[0] else "is %s, must be %s" % (answer, rule[0])
    plan = [word.split(":")[0] for word in words[3:]]
    if plan != rule[0] or set(unlisted(words[2])) != rule[1]:
        return "is %s, must be %s leaving %s" % (answer, rule[0], sorted(rule[1]))
    if verb in ("stamp", "purge"):
        return ""
    return check_steps(naive, applied, words, verb != "upgrade")


def ask_alembic(alembic, case, rows):
    """Fills the case with Alembic's answer. Anything that it throws is an error."""
    try:
        if case.command in ("downgrade", "cascade"):
            case.theirs, play = alembic.downgrade(case.text, rows)
        elif case.command == "upgrade":
            case.theirs, play = alembic.upgrade(case.text, rows)
        elif case.command == "stamp":
            case.theirs, play = alembic.stamp(case.texts, rows)
        elif case.command == "purge":
            case.theirs, play = alembic.stamp(case.texts, ())
        elif case.command == "range":
            case.theirs, play = alembic.range(*case.texts), lambda: None
        else:
            case.theirs, play = alembic.show(case.text), lambda: None
    except Exception as error:
        case.reason = "%s: %s" % (type(error).__name__, error)
        return
    try:
        case.their_rows = play()
    except Exception as error:
        case.their_rows = "%s: %s" % (type(error).__name__, error)


def agrees(case):
    if isinstance(case.rule, str):
        return case.theirs is None
    if case.theirs is None or case.their_rows is not None and case.their_rows != case.rule[1]:
        return False
    return case.theirs == set(case.rule[0])


def check_alembic(alembic, case, tally):
    """Ours is the rules' answer: is that Alembic's too, or exempted? The difference, or nothing."""
    ask_alembic(alembic, case, tuple(sorted(case.rows)))
    if agrees(case):
        tally.compared += 1
        return ""
    for exempts, _ in EXEMPTIONS:
        if exempts(case):
            tally.exempted[exempts.__name__] += 1
            return ""
    theirs = case.reason if case.theirs is None else "%s leaving %s" % (
        sorted(case.theirs),
        case.their_rows,
    )
    return "by the rules %s, Alembic: %s" % (case.rule, theirs)


def check_labels(naive, answer):
    shown = {}
    for word in answer.split(" ")[1:]:
        ident, labels = word.split(":")
        shown[ident] = unlisted(labels)
    wanted = {ident: sorted(labels) for ident, labels in naive.shown_labels().items()}
    return "" if shown == wanted else "labels are %s, must be %s" % (shown, wanted)


def check_rows(naive, given, answer):
    _, rows, implied, unknown = answer.split(" ")
    known = [row for row in given if row in naive.nodes]
    applied = naive.closure(set(known))
    wanted = sorted(naive.maximal(applied), key=naive.key)
    dropped = sorted(set(known) - set(wanted), key=naive.key)
    strange = [row for row in given if row not in naive.nodes]
    if (unlisted(rows), unlisted(implied), unlisted(unknown)) == (wanted, dropped, strange):
        return ""
    return "rows are %s, must be %s, %s, %s" % (answer, wanted, dropped, strange)


def one_graph(chance, ours, tally):
    nodes = random_nodes(chance)
    naive, alembic = Naive(nodes), Alembic(nodes)
    rows = random_rows(chance, naive)
    if chance.random() < 0.05:
        rows.append("gone")
    commands = [random_command(chance, naive) for _ in range(12)]
    applied = naive.closure({row for row in rows if row in naive.nodes})
    answers = ours.ask(requests_of(nodes, rows, commands), 3 + len(commands))
    tally.graphs += 1
    tally.normalised += set(rows) != naive.maximal(applied)
    if answers[0] != "ok":
        tally.fail(nodes, rows, "graph", [], answers[0])
        return
    for verb, why in (("rows", check_rows(naive, rows, answers[1])),
                      ("labels", check_labels(naive, answers[2]))):
        if why:
            tally.fail(nodes, rows, verb, [], why)
    for (verb, texts), answer in zip(commands, answers[3:]):
        tally.commands += 1
        rule = by_rules(naive, applied, verb, texts)
        why = check_rules(naive, applied, verb, answer, rule)
        why = why or check_alembic(alembic, Case(naive, applied, verb, texts, rule), tally)
        if why:
            tally.fail(nodes, rows, verb, texts, why)
    if chance.random() < 0.2:
        shuffled = chance.sample(nodes, len(nodes))
        again = ours.ask(requests_of(shuffled, rows, commands), 3 + len(commands))
        if [answers[:2] + answers[3:]] != [again[:2] + again[3:]]:
            tally.fail(nodes, rows, "shuffled", [], "%s became %s" % (answers, again))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=4000)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    chance, tally, ours = random.Random(options.seed), Tally(), Ours(options.program)
    for _ in range(options.count):
        one_graph(chance, ours, tally)
    if ours.close():
        tally.failures += 1
        print("# the program failed")
    for exempts, rule in EXEMPTIONS:
        print("%7d %-24s %s" % (tally.exempted[exempts.__name__], exempts.__name__, rule))
    print(
        "%7d of the states have rows that overlap or that no script knows: Alembic, which refuses "
        "those, is asked about the normalised ones" % tally.normalised
    )
    print(
        "%d graphs, %d commands, %d compared with Alembic, %d exempted, %d failures"
        % (
            tally.graphs,
            tally.commands,
            tally.compared,
            sum(tally.exempted.values()),
            tally.failures,
        )
    )
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
