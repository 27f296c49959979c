"""The trusted side of the split: holds the oracle and the locked test cells, and reaches a student's functions by call.

A test cell runs here, in a namespace in which the student's names are proxies: calling one sends plain arguments into
the cage and gets plain data back. So a check sees what a function returns, and a student's code sees no check.
"""

import ast
import builtins
import contextlib
import io
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from IPython.core.inputtransformer2 import TransformerManager

from dlcourse.checks import calls
from dlcourse.checks.origins import Elsewhere, noted_elsewhere, unwatched
from dlcourse.grader import wire
from dlcourse.grader.cage import Inmate

Output = dict[str, Any]
LONGEST_TEXT = 200_000  # characters that a test cell may print
_MAGICS = TransformerManager()  # type: ignore[no-untyped-call]
GRACE = 1.0  # seconds that the cage gets to notice by itself that a limit is reached
MOST_DEATHS = 40  # of the processes of one notebook
LOOK = 0.2  # seconds between two looks at what the cage has computed


class Gone(Exception):  # noqa: N818 - it is no error of the grader's
    """The process in the cage has ended, or had to be ended; the message says why."""


class Proxy:
    """Stands here for something of the student's that is not plain data.

    Parameters
    ----------
    examiner : Examiner
        Can reach it.
    number : int
        Its number in the cage.
    """

    def __init__(self, examiner: "Examiner", number: int) -> None:
        self._examiner, self._number, self._inmate = examiner, number, examiner.inmate


class _Callable(Proxy):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._examiner.call(self, args, kwargs)


class _Iterator(Proxy):
    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return self._examiner.next_of(self)


async def _nothing() -> None:
    """Stand for a coroutine of the student's, which nobody awaits."""


class Names(Elsewhere):
    """The student's names; what a test cell defines lies over them.

    Parameters
    ----------
    examiner : Examiner
        Looks them up.
    """

    def __init__(self, examiner: "Examiner") -> None:
        super().__init__(__builtins__=builtins, __name__="__main__")
        self._examiner = examiner

    def __missing__(self, name: str) -> Any:
        # what Python has built in is Python's, whatever a student calls by that name
        found, value = (False, None) if hasattr(builtins, name) else self._examiner.look(name)
        if not found:
            raise KeyError(name)
        return value

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and self._examiner.look(name)[0])

    def get(self, name: str, default: Any = None) -> Any:
        """Return what a name stands for."""
        if super().__contains__(name):
            return super().__getitem__(name)
        found, value = self._examiner.look(name)
        return value if found else default

    def names_used(self, names: Iterable[str]) -> set[str]:
        """Ask in the cage."""
        return {str(name) for name in self._examiner.ask("names_used", names=list(names)).get("names", ())}

    def remarks_on_code(self, references: Mapping[str, Callable[..., Any]]) -> tuple[str, ...]:
        """Ask in the cage."""
        found = self._examiner.ask("remarks", references=_places(references)).get("remarks", ())
        return tuple(str(text)[:500] for text in list(found)[:10])

    @contextlib.contextmanager
    def lent(self, functions: Mapping[str, Callable[..., Any]]) -> Iterator[None]:
        """Lend them in the cage."""
        self._examiner.lend(_places(functions))
        try:
            yield
        finally:
            self._examiner.take_back()


class Examiner:
    """Grades one notebook with the help of a process in the cage.

    Parameters
    ----------
    spawn : callable
        Starts a process in the cage and returns it; called again when one has ended.
    cell_seconds : float
        How long a cell may run.
    """

    def __init__(self, spawn: Callable[[], Inmate], cell_seconds: float) -> None:
        self.spawn, self.cell_seconds = spawn, cell_seconds
        self.inmate: Inmate | None = None
        self.done: list[str] = []  # student cells that ran to their end
        self.given: list[Any] = []  # objects of ours that the cage knows by number; kept, so that ids stay theirs
        self.numbers: dict[int, int] = {}
        self.proxies: dict[int, Any] = {}
        self.arguments: dict[int, list[Any]] = {}  # of the call that made a thing of the student's
        self.lent_now: dict[str, tuple[str, str]] = {}
        self.looked: dict[str, tuple[bool, Any]] = {}  # functions of the student's by name, until a name is given anew
        self.deaths: list[str] = []
        self.cell_ends, self.answering = 0.0, False
        self.names = Names(self)

    # --------------------------------------------------------------------------------------------------- the cells

    def student_cell(self, source: str) -> list[Output]:
        """Run a cell of the student's.

        Parameters
        ----------
        source : str
            Its text.

        Returns
        -------
        list of dict
            What it showed. A cell that ends the process is not run again, and says so.
        """
        self.looked = {}
        try:
            outputs = self.talk(
                {"do": "run", "source": source, "seconds": self.cell_seconds},
                self.cell_seconds + GRACE,
                self.cell_seconds + GRACE,
            ).get("outputs")
        except (Gone, calls.TookTooLong) as end:
            text = str(end) or f"the cell ran longer than {self.cell_seconds:g} s and was stopped"
            return [_error("CellTimeoutError" if isinstance(end, calls.TookTooLong) else "DeadKernelError", text)]
        self.done.append(source)
        return _as_outputs(outputs)

    def test_cell(self, source: str) -> list[Output]:
        """Run a locked cell of the course's, with the student's names as proxies.

        Parameters
        ----------
        source : str
            Its text.

        Returns
        -------
        list of dict
            What it showed; the score is read from it.
        """
        streams = {name: io.StringIO() for name in ("stdout", "stderr")}
        outputs: list[Output] = []
        self.cell_ends = time.monotonic() + self.cell_seconds
        with contextlib.redirect_stdout(streams["stdout"]), contextlib.redirect_stderr(streams["stderr"]):
            try:
                shown = _execute(source, self.names)
            except BaseException as error:  # a test cell may raise anything
                outputs.append(_error(type(error).__name__, str(error), _traceback(error)))
            else:
                if shown is not None:
                    data = {"text/plain": repr(shown)}
                    outputs.append(
                        {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None}
                    )
        printed = [
            {"output_type": "stream", "name": name, "text": stream.getvalue()[:LONGEST_TEXT]}
            for name, stream in streams.items()
            if stream.getvalue()
        ]
        return printed + outputs

    # ------------------------------------------------------------------------------------- what proxies are made of

    def look(self, name: str) -> tuple[bool, Any]:
        """Look up a name of the student's."""
        if name not in self.looked:
            reply = self.ask("look", name=name)
            found = bool(reply.get("found")), reply.get("value")
            if not isinstance(found[1], Proxy):  # plain data may change where it is
                return found
            self.looked[name] = found
        return self.looked[name]

    def call(self, target: Proxy, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Call a function of the student's; an error that it raises is raised here, in plain words."""
        of = target._number if isinstance(target, _Next) else None
        arguments = [list(args), dict(kwargs)] if of is None else self.arguments.get(of, [[], {}])
        known = set(self.proxies)
        left = self.cell_ends - time.monotonic()
        seconds, wait = calls.Clock.running.left() if calls.Clock.running is not None else (left, left)
        if left <= 0:
            raise calls.TookTooLong(waited=False)
        request = {"do": "call", "target": target, "args": list(args), "kwargs": dict(kwargs), "of": of}
        with unwatched(), _no_alarm():
            try:
                reply = self.talk(
                    {**request, "seconds": max(seconds, 0.05), "wait": max(wait, 0.05)}, seconds + GRACE, wait + GRACE
                )
            except Gone as end:
                raise calls.FaultElsewhere(calls.Fault("DeadKernelError", str(end), "")) from None
        for name in list(reply.get("renamed", ())):
            self.looked.pop(str(name), None)
        given = reply.get("given")
        if isinstance(given, list) and len(given) == 2:
            _write_back(arguments, given)
        self.arguments.update(dict.fromkeys(self.proxies.keys() - known, arguments))
        sys.stdout.write(str(reply.get("printed", ""))[: calls.KEPT_OUTPUT])
        noted_elsewhere(str(name)[:200] for name in list(reply.get("from_oracle", ()))[:100])
        if reply.get("too_slow"):
            raise calls.TookTooLong(bool(reply.get("waited")))
        if "fault" in reply:
            if reply.get("ended"):
                raise StopIteration
            raise _as_exception(reply["fault"])
        return reply.get("result")

    def next_of(self, iterator: Proxy) -> Any:
        """Take the next thing that the student's iterator yields."""
        return self.call(_Next(self, iterator._number), (), {})

    def ask(self, do: str, **about: Any) -> Mapping[str, Any]:
        """Ask something that runs no code of the student's."""
        try:
            with _no_alarm():
                return self.talk({"do": do, **about}, 10.0, 30.0)
        except (Gone, calls.TookTooLong):
            return {}

    def lend(self, places: dict[str, tuple[str, str]]) -> None:
        """Put functions of the course in the place of the student's."""
        self.lent_now, self.looked = places, {}
        self.ask("lend", functions=places)

    def take_back(self) -> None:
        """Put the student's own back."""
        self.lent_now, self.looked = {}, {}
        self.ask("take_back")

    # ------------------------------------------------------------------------------------------------ conversation

    def talk(self, request: dict[str, Any], seconds: float, wait: float) -> Mapping[str, Any]:
        """Send a request and return the answer, running what the student's code asks of ours in between.

        Parameters
        ----------
        request : dict
            What the other side is to do.
        seconds, wait : float
            How long it may compute, and how long that may take on the wall's clock.

        Returns
        -------
        mapping
            The answer. Nothing in it is to be believed.

        Raises
        ------
        Gone
            If the process ended, or said what cannot be understood.
        TookTooLong
            If it had to be ended.
        """
        if self.answering:
            raise RuntimeError("what a check gives to a student's function cannot ask for something of the student's")
        inmate = self.present()
        account = _Account(inmate)
        try:
            wire.send(inmate.connection, self.pack(request))
            while True:
                while not select.select([inmate.connection], [], [], LOOK)[0]:
                    account.settle()
                    computed, passed = account.total, account.passed()
                    if computed > seconds or passed > wait:
                        self.bury("the time limit was reached, and the process could not be stopped otherwise")
                        raise calls.TookTooLong(waited=computed <= seconds)
                account.settle()
                answer = self.unpack(wire.receive(inmate.connection))
                if not isinstance(answer, dict):
                    raise wire.WireError("an answer must be a dictionary")
                if "callback" not in answer:
                    return answer
                wire.send(inmate.connection, self.pack(self.answer(answer)))
        except (wire.WireError, wire.Closed) as error:
            raise Gone(self.bury(str(error) if isinstance(error, wire.WireError) else "")) from None

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Run a method of one of our objects for the student's code."""
        thing, method = self.given_by(asked["callback"]), str(asked.get("method"))
        if method not in (*getattr(thing, "asked_for", ()), "__call__"):
            raise wire.WireError(f"nobody may ask for {method}")
        self.answering = True
        try:
            value = getattr(thing, method)(*asked.get("args", ()), **dict(asked.get("kwargs", {})))
        except Exception as error:  # our own words for what the student's code asked wrongly
            return {"error": [type(error).__name__, str(error)]}
        finally:
            self.answering = False
        return {"value": value}

    def present(self) -> Inmate:
        """Return the process in the cage; start one that knows the student's cells so far if there is none."""
        if len(self.deaths) > MOST_DEATHS:
            raise Gone(f"the notebook's process had to be started {MOST_DEATHS} times; the last time {self.deaths[-1]}")
        if self.inmate is None:
            self.inmate = self.spawn()
            self.given, self.numbers, self.proxies, self.arguments = [], {}, {}, {}
            again, self.done = self.done, []
            for source in again:
                self.student_cell(source)
            if self.lent_now:
                self.ask("lend", functions=self.lent_now)
        return self.inmate

    def bury(self, why: str) -> str:
        """End the process and return in words why it ended."""
        inmate, self.inmate, self.looked = self.inmate, None, {}
        told = inmate.end() if inmate is not None else "it had ended before"
        self.deaths.append(why or told)
        return why or told

    # ------------------------------------------------------------------------------------------ what is on the wire

    def pack(self, value: Any) -> wire.Packed:
        """Make a message: the value, and then the fields of all objects of ours in it."""
        fields: list[Any] = []
        listed: set[int] = set()

        def number(thing: Any) -> dict[str, Any]:
            if isinstance(thing, Proxy):
                if thing._inmate is not self.inmate:
                    raise Gone("the process that held it has ended")
                return {"yours": thing._number, "next": isinstance(thing, _Next)}
            if id(thing) not in self.numbers:
                self.numbers[id(thing)] = len(self.given)
                self.given.append(thing)
            mine = self.numbers[id(thing)]
            kind, held = _as_mirror(thing)
            if held is not None and mine not in listed:
                listed.add(mine)
                fields.append([mine, held])  # the list is being packed, so this is packed too
            methods = list(getattr(thing, "asked_for", ()))
            name = type(thing.bit_generator).__name__ if kind == "generator" else getattr(thing, "__name__", "")
            return {"mine": mine, "kind": kind, "type": str(name or type(thing).__name__), "methods": methods}

        return wire.pack([value, fields], number)

    def unpack(self, packed: wire.Packed) -> Any:
        """Return what a message says; fields of our objects that the student may change are changed."""
        message = wire.unpack(packed, self.thing)
        if not (isinstance(message, list) and len(message) == 2 and isinstance(message[1], list)):
            raise wire.WireError("a message must be a value and fields")
        for entry in message[1]:
            if not (isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], dict)):
                raise wire.WireError("fields must be a number and a dictionary")
            _update(self.given_by(entry[0]), entry[1])
        return message[0]

    def thing(self, about: Any) -> Any:
        """Return what the other side speaks of."""
        if not isinstance(about, dict):
            raise wire.WireError("a thing must be told by a dictionary")
        if "yours" in about:
            return self.given_by(about["yours"])
        number, kind, name = about.get("mine"), about.get("kind"), str(about.get("type", "object"))[:100]
        if not isinstance(number, int):
            raise wire.WireError("a thing must have a number")
        if kind == "coroutine":
            return _nothing()
        if number not in self.proxies:
            base = {"function": _Callable, "iterator": _Iterator, "generator": _Iterator}.get(str(kind), Proxy)
            proxy = type(name, (base,), {})(self, number)
            if kind == "function":
                proxy.__name__ = str(about.get("name") or name)[:100]
            self.proxies[number] = _generate(proxy) if kind == "generator" else proxy
        return self.proxies[number]

    def given_by(self, number: Any) -> Any:
        """Return an object of ours by its number."""
        if not (isinstance(number, int) and 0 <= number < len(self.given)):
            raise wire.WireError(f"nothing was given by the number {number!r}")
        return self.given[number]


class _Account:
    """What the process in the cage has used in one conversation; the examiner's clocks are charged with it."""

    def __init__(self, inmate: Inmate) -> None:
        self.inmate, self.began = inmate, calls.Clock.now()[1]
        self.computed, self.queued = inmate.cpu_seconds(), inmate.queued_seconds()
        self.total = 0.0

    def passed(self) -> float:
        """Return the seconds that the conversation has lasted on the wall."""
        return calls.Clock.now()[1] - self.began

    def settle(self) -> None:
        """Charge what was used since the last time, and add the seconds of computing to the total."""
        computed, queued = self.inmate.cpu_seconds(), self.inmate.queued_seconds()
        calls.Clock.charge(computed - self.computed, max(queued - self.queued, 0.0))
        self.total += computed - self.computed
        self.computed, self.queued = computed, queued


class _Next(Proxy):
    """What is called to get the next thing of an iterator."""


def _generate(iterator: Any) -> Iterator[Any]:
    yield from iterator


def _as_mirror(thing: Any) -> tuple[str, dict[str, Any] | None]:
    """Say how an object of ours is told of in the cage, and with which fields."""
    if isinstance(thing, np.random.Generator):
        return "generator", {"state": dict(thing.bit_generator.state)}
    shared = getattr(thing, "shared", None)
    if shared is not None:
        return "object", {name: getattr(thing, name) for name in shared}
    if callable(thing):
        return "function", None
    raise TypeError(f"a check must give plain data, functions, generators or objects with `shared`; got {type(thing)}")


def _update(thing: Any, fields: Mapping[str, Any]) -> None:
    """Let one of our objects hold what the student's code left in its mirror."""
    if isinstance(thing, np.random.Generator):
        try:
            thing.bit_generator.state = fields["state"]
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            raise wire.WireError(f"the state of a generator must be one: {error}") from error
        return
    for name in getattr(thing, "shared", ()):
        if name not in fields:
            if name in vars(thing):
                delattr(thing, name)
        elif not (_write_back(was := getattr(thing, name, None), fields[name]) or _equal(was, fields[name])):
            setattr(thing, name, fields[name])


def _write_back(old: Any, new: Any) -> bool:
    """Let containers hold what the student's code left in its copies; tell whether they could."""
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray) and old.dtype == new.dtype:
        if old.shape != new.shape:
            try:
                old.resize(new.shape, refcheck=False)
            except ValueError:
                return False
        old[...] = new
        return True
    if isinstance(old, list) and isinstance(new, list):
        kept = [was if _write_back(was, one) else one for was, one in zip(old, new, strict=False)]
        old[:] = kept + new[len(kept) :]
        return True
    if isinstance(old, tuple) and isinstance(new, tuple) and len(old) == len(new):
        same = [_write_back(was, one) or was is one or _equal(was, one) for was, one in zip(old, new, strict=True)]
        return all(same)  # after every one of them was written back
    if isinstance(old, dict) and isinstance(new, dict):
        now = {key: old[key] if key in old and _write_back(old[key], one) else one for key, one in new.items()}
        old.clear()
        old.update(now)
        return True
    return False


def _equal(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other or one != one)


def _places(functions: Mapping[str, Callable[..., Any]]) -> dict[str, tuple[str, str]]:
    """Return where functions of the course are to be found."""
    return {name: (function.__module__, function.__name__) for name, function in functions.items()}


def _as_exception(fault: Any) -> BaseException:
    """Return what the student's function raised; an `except` of ours for a built-in kind of error catches it."""
    kind, text, where, kinds = [*list(fault), "", "", "", ()][:4] if isinstance(fault, list | tuple) else ("",) * 4
    names = tuple(str(name)[:100] for name in list(kinds)[:50])
    told = calls.Fault(str(kind)[:100], str(text)[:500], str(where)[:500], names)
    known = (getattr(builtins, name, None) for name in names)
    base = next((one for one in known if isinstance(one, type) and issubclass(one, Exception)), Exception)
    if issubclass(base, OSError | UnicodeError | SyntaxError | BaseExceptionGroup | ImportError | StopIteration):
        base = Exception  # their constructors want more
    return type(told.kind or "Exception", (calls.FaultElsewhere, base), {})(told)  # type: ignore[no-any-return]


@contextlib.contextmanager
def _no_alarm() -> Iterator[None]:
    """Let no time limit of this process interrupt a conversation, which has limits of its own."""
    alarm = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *alarm)


def _execute(source: str, names: dict[str, Any]) -> Any:
    """Run the text of a test cell, and return the value of its last expression."""
    text = _MAGICS.transform_cell(source)
    tree = ast.parse(text, "test cell")
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, "test cell", "exec"), names)  # noqa: S102 - the course's own, from the gradebook
        return None
    tree.body.pop()
    exec(compile(tree, "test cell", "exec"), names)  # noqa: S102 - as above
    value = eval(compile(ast.Expression(last.value), "test cell", "eval"), names)  # noqa: S307 - as above
    return None if source.rstrip().endswith(";") else value


def _error(kind: str, text: str, lines: list[str] | None = None) -> Output:
    return {"output_type": "error", "ename": kind, "evalue": text, "traceback": lines or [f"{kind}: {text}"]}


def _traceback(error: BaseException) -> list[str]:
    """Return an error as a notebook shows it, without the grader's own frames."""
    if isinstance(error, calls.FaultElsewhere):
        return [f"{error.fault.kind}: {error.fault.text}", error.fault.where]
    render = getattr(error, "_render_traceback_", None)
    if render is not None:
        return list(render())
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "test cell"]
    return [*traceback.format_list(own), f"{type(error).__name__}: {error}"]


def _as_outputs(outputs: Any) -> list[Output]:
    """Return what a student's cell showed, as far as it is what a notebook can hold."""
    found: list[Output] = []
    for output in outputs if isinstance(outputs, list) else ():
        if not isinstance(output, dict):
            continue
        match output.get("output_type"):
            case "stream":
                name = "stderr" if output.get("name") == "stderr" else "stdout"
                found.append({"output_type": "stream", "name": name, "text": str(output.get("text", ""))})
            case "error":
                lines = output.get("traceback")
                lines = [str(line) for line in lines] if isinstance(lines, list) else None
                found.append(_error(str(output.get("ename")), str(output.get("evalue")), lines))
            case "execute_result" | "display_data" as kind if isinstance(output.get("data"), dict):
                data = {str(key): one for key, one in output["data"].items() if isinstance(one, str | dict | list)}
                count = {"execution_count": None} if kind == "execute_result" else {}
                found.append({"output_type": kind, "data": data, "metadata": {}, **count})
    return found
