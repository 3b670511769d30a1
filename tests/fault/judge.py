"""Is what a run left, and what it said, right? And does a plain run finish the job?

The four things that must never happen: the tables say one thing and the effects another; something
ran twice or half of it stays; "failed" was applied or "ok" was not; and all that unnoticed.
"""
import collections
import json
import signal

import stores

RESUMES = 4
HONEST = (0, 1, 2, 4, 5, 6, 130, 143)


class Wrong(Exception):
    pass


def done_units(state, units, direction):
    """How many units, from the first, are recorded as done; Wrong if that is no prefix."""
    flags = [state.done(unit, direction) for unit in units]
    count = sum(flags)
    if flags != [True] * count + [False] * (len(units) - count):
        raise Wrong("recorded out of order: %s" % state._asdict())
    return count


def left_by(units, start):
    """The effects and tables that units leave, one after the other, where start are the tables before."""
    effects, tables = collections.Counter(), set(start)
    for unit in units:
        effects.update(unit.effects)
        (tables.add if unit.table[:1] == "+" else tables.discard)(unit.table[1:])
    return effects, frozenset(tables - {""})


def tables_before(scenario, direction):
    if direction == "downgrade":
        return {unit.table[1:] for unit in scenario.down}
    return {revision for revision, _ in scenario.before}


def check_effects(state, scenario, count, direction):
    units, start = scenario.units(direction), tables_before(scenario, direction)
    found = state.effects, state.tables
    if found == left_by(units[:count], start):
        return
    # A statement outside a transaction is there before its record is.
    unit = units[count] if count < len(units) else None
    if unit and unit.outside and state.started(unit, direction) and found == left_by(units[:count + 1], start):
        return
    raise Wrong("recorded: %s, but there is %s" % (units[:count], found))


def check_rows(state, scenario, units, count, direction):
    finished = [unit.revision for unit in units[:count] if unit.last]
    names = [name for name, _ in scenario.revisions]
    at = len(finished) + bool(scenario.before) if direction == "upgrade" else len(names) - len(finished)
    expected = frozenset(names[at - 1:at])
    replaced = [revision for revision, _ in scenario.before]
    if state.rows != expected and (finished or state.rows != frozenset(replaced[-1:])):
        raise Wrong("%s done, but the rows are %s" % (finished, sorted(state.rows)))
    stamped = [revision for revision, way in state.applied if way == "stamp"]
    if stamped != (names[:1] if replaced and state.rows == expected else []):
        raise Wrong("the rows are %s, and the log has the stamps %s" % (sorted(state.rows), stamped))
    applied = [revision for revision, way in state.applied if way == direction and revision not in (*replaced, "")]
    if applied != finished:
        raise Wrong("%s done, but the log says %s" % (finished, applied))


def check_state(state, scenario, direction):
    """The number of units done."""
    units = scenario.units(direction)
    count = done_units(state, units, direction)
    check_effects(state, scenario, count, direction)
    check_rows(state, scenario, units, count, direction)
    return count


def is_half_done(state, units, count, direction):
    """Has the journal a record of a revision that is not finished?"""
    unit = units[count] if count < len(units) else None
    return unit is not None and any(key[:2] == (unit.revision, direction) for key in state.journal)


def check_claims(result, state, units, count):
    """What the JSON document says of each step, against what is there."""
    try:
        document = json.loads(result.stdout)
    except ValueError:
        return  # the document itself fell to the fault; then the status is all there is
    finished = {unit.revision for unit in units[:count] if unit.last}
    if document.get("adopted") and not state.rows & ({*document["adopted"]} | finished):
        raise Wrong("the report says adopted, and the rows are %s" % sorted(state.rows))
    for step in document.get("steps", ()):
        applied = step["revision"] in finished
        if (step["status"] == "applied") != applied:
            raise Wrong("the report says %s of %s, which is %s" %
                        (step["status"], step["revision"], "applied" if applied else "not applied"))


def check_unknown(result, adopts):
    """Who does not know whether a COMMIT took effect claims neither. That of an adoption is of no step."""
    try:
        steps = json.loads(result.stdout).get("steps", ())
    except ValueError:
        return
    statuses = [step["status"] for step in steps]
    if adopts and set(statuses) <= {"planned"}:
        return
    if "failed" in statuses or (steps and "unknown" not in statuses):
        raise Wrong("status 6, and the report says %s" % statuses)


def check_honest(result, state, scenario, direction, count, may_not_know):
    units = scenario.units(direction)
    status = result.returncode
    if status == -signal.SIGKILL:
        return
    if status == stores.HANGING:
        raise Wrong("did not end")
    if status not in HONEST:
        raise Wrong("exit status %d" % status)
    if status == 0 and count < len(units):
        raise Wrong("status 0, and only %d of %d units are done" % (count, len(units)))
    if status == 5 and not may_not_know and not is_half_done(state, units, count, direction):
        raise Wrong("status 5, and nothing is half done")
    if status in (1, 2, 4) and is_half_done(state, units, count, direction):
        raise Wrong("status %d says that nothing stays, and a revision is half done" % status)
    if status == 6:
        if not may_not_know:
            raise Wrong("status 6, though the server could be asked")
        check_unknown(result, bool(scenario.before))
        return
    check_claims(result, state, units, count)


def resume(project, state, scenario, count, direction):
    """The decision that a person takes after looking."""
    units, start = scenario.units(direction), tables_before(scenario, direction)
    unit = units[count]
    if not (unit.outside and state.started(unit, direction)):
        raise Wrong("asks for a decision where nothing is in doubt")
    took_effect = (state.effects, state.tables) != left_by(units[:count], start)
    result = project.run("resume", unit.revision, "--skip" if took_effect else "--retry")
    if result.returncode != 0:
        raise Wrong("resume: status %d: %s" % (result.returncode, result.stderr))


def finish(project, scenario, direction):
    """Plain runs until it is done, with decisions where they are asked for."""
    units = scenario.units(direction)
    for _ in range(RESUMES):
        result = project.run(*project.command(direction))
        if result.returncode == 0:
            break
        if result.returncode != 5 or "migrate resume" not in result.stderr:
            raise Wrong("a plain run ends with status %d: %s" % (result.returncode, result.stderr))
        state = project.state()
        resume(project, state, scenario, check_state(state, scenario, direction), direction)
    else:
        raise Wrong("plain runs do not finish: %s" % result.stderr)
    if check_state(project.state(), scenario, direction) != len(units):
        raise Wrong("a plain run said ok, and not all is done")
    left = project.leftovers()
    if left:
        raise Wrong(left)
    for command in scenario.after:
        result = project.run(*command)
        if result.returncode != 0:
            raise Wrong("%s: status %d: %s%s" % (" ".join(command), result.returncode, result.stdout, result.stderr))


def said(result):
    """What the run said of its failure, on one line."""
    try:
        error = json.loads(result.stdout)["error"]
        text = " ".join(str(error[key]) for key in ("message", "detail") if error[key])
    except (ValueError, KeyError, TypeError):
        text = result.stderr
    return text.strip().replace("\n", " | ")[-400:]


def judge(project, scenario, direction, result, may_not_know=False):
    """None, or what is wrong after the run that result is of."""
    try:
        state = project.state()
        count = check_state(state, scenario, direction)
        check_honest(result, state, scenario, direction, count, may_not_know)
        finish(project, scenario, direction)
    except Wrong as wrong:
        return "%s [status %s: %s]" % (wrong, result.returncode, said(result))
    except Exception as error:  # the database itself could not be read, or a run did not end
        return "%s: %s" % (type(error).__name__, error)
    return None
