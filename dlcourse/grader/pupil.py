"""The student's side of the split: runs the cells that a student wrote, and calls their functions when asked to.

It stands in the cage and is believed in nothing: what it says can only be a right answer or a wrong one.
"""

import builtins
import contextlib
import importlib
import socket
from collections.abc import Callable, Mapping
from types import CoroutineType, GeneratorType
from typing import Any

import numpy as np

from dlcourse.checks import calls, origins
from dlcourse.grader import wire
from dlcourse.grader.shell import Shell

Request = Mapping[str, Any]


class Mirror:
    """Stands here for an object of the examiner's: has its fields, and asks the examiner to run its methods."""


class Pupil:
    """Serves one notebook.

    Parameters
    ----------
    connection : socket
        The examiner is at its other end.
    shell : Shell
        Runs the cells; holds their names.
    """

    def __init__(self, connection: socket.socket, shell: Shell) -> None:
        self.connection, self.shell = connection, shell
        self.mine: list[Any] = []  # what the examiner knows by number; kept, so that ids stay theirs
        self.numbers: dict[int, int] = {}
        self.yours: dict[int, Any] = {}
        self.your_numbers: dict[int, int] = {}
        self.live: list[int] = []  # numbers of the mirrors whose fields are told in the next message
        self.arguments: dict[int | None, list[Any]] = {}  # of the call that made a thing, by the thing's number
        self.looked: dict[str, Any] = {}  # what the examiner found by name
        self.loan = contextlib.ExitStack()  # closed, it gives the student's own functions back

    def serve(self) -> None:
        """Answer until the examiner has gone."""
        do: dict[str, Callable[[Request], dict[str, Any]]] = {
            "run": self.run,
            "look": self.look,
            "call": self.call,
            "lend": self.lend,
            "take_back": self.take_back,
            "names_used": self.names_used,
            "remarks": self.remarks,
        }
        with contextlib.suppress(wire.Closed):
            while True:
                request = self.unpack(wire.receive(self.connection))
                self.reply(do[request["do"]](request))

    def reply(self, what: dict[str, Any]) -> None:
        """Send an answer; one that cannot be sent is told in words."""
        try:
            packed = self.pack(what)
            wire.send(self.connection, packed)
        except wire.WireError as error:
            fault = calls.Fault("ValueError", f"what came back cannot be looked at: {error}", "")
            wire.send(self.connection, self.pack({"fault": list(vars(fault).values())}))

    # ------------------------------------------------------------------------------------------- what can be asked

    def run(self, request: Request) -> dict[str, Any]:
        """Run a cell."""
        return {"outputs": self.shell.run(request["source"], request["seconds"])}

    def look(self, request: Request) -> dict[str, Any]:
        """Look up a name."""
        name, names = request["name"], self.shell.user_ns
        found, value = name in names, names.get(name)
        self.looked[name] = value
        return {"found": found, "value": value}

    def call(self, request: Request) -> dict[str, Any]:
        """Call a function, or take the next of what it yields."""
        memory, from_oracle = calls.ShortMemory(), list[str]()
        # what an iterator yields may change the arguments of the call that it came from
        arguments = self.arguments.get(request["of"], [request["args"], request["kwargs"]])
        first = len(self.mine)
        before = _Snapshot(arguments, self.number)
        reply: dict[str, Any] = {}
        limit = calls.time_limit(request["seconds"], request["wait"])
        try:
            with calls.silence(memory), limit:
                with origins.watched(from_oracle):
                    result = request["target"](*request["args"], **request["kwargs"])
                self.pack(result)  # inside the limit: an object may take long to be looked at
                reply = {"result": result}
        except calls.TookTooLong as stopped:
            reply = {"too_slow": True, "waited": stopped.waited}
        except BaseException as error:  # a student may raise anything, SystemExit and KeyboardInterrupt included
            reply = {"fault": list(vars(calls.describe(error)).values()), "ended": isinstance(error, StopIteration)}
        with contextlib.suppress(wire.WireError):
            if _Snapshot(arguments, self.number) != before:
                reply["given"] = arguments
        self.arguments.update(dict.fromkeys(range(first, len(self.mine)), arguments))
        names = self.shell.user_ns
        renamed = [name for name, value in self.looked.items() if names.get(name) is not value]
        return {**reply, "printed": memory.text, "from_oracle": from_oracle[:100], "renamed": renamed}

    def lend(self, request: Request) -> dict[str, Any]:
        """Put functions of the course in the place of a student's."""
        self.loan.enter_context(calls.lent(self.shell.user_ns, _found(request["functions"])))
        return {}

    def take_back(self, _request: Request) -> dict[str, Any]:
        """Put the student's own back."""
        self.loan.close()
        return {}

    def names_used(self, request: Request) -> dict[str, Any]:
        """Tell which names occur in the code of functions."""
        return {"names": sorted(origins.names_used(self.shell.user_ns, request["names"]))}

    def remarks(self, request: Request) -> dict[str, Any]:
        """Tell what is odd about the code of functions."""
        return {"remarks": list(origins.remarks_on_code(self.shell.user_ns, _found(request["references"])))}

    # ----------------------------------------------------------------------------------- what stands for something

    def ask(self, number: int, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Let the examiner run a method of one of its objects."""
        with calls.off_the_clock():
            self.reply({"callback": number, "method": method, "args": list(args), "kwargs": kwargs})
            answer = self.unpack(wire.receive(self.connection))
        if "error" in answer:
            kind, text = answer["error"]
            known = getattr(builtins, kind, None)
            raise (known if isinstance(known, type) else type(kind, (Exception,), {}))(text)
        return answer["value"]

    def pack(self, value: Any) -> wire.Packed:
        """Make a message: the value, and the fields of all mirrors that it may have changed."""
        return wire.pack([value, [[n, _fields(self.yours[n])] for n in self.live]], self.number)

    def number(self, thing: Any) -> dict[str, Any]:
        """Return what stands for a thing in a message."""
        if id(thing) in self.your_numbers:
            return {"yours": self.your_numbers[id(thing)]}
        if id(thing) not in self.numbers:
            self.numbers[id(thing)] = len(self.mine)
            self.mine.append(thing)
        about = {"mine": self.numbers[id(thing)], "kind": _kind(thing), "type": type(thing).__name__[:100]}
        if callable(thing):
            about["name"] = str(getattr(thing, "__name__", ""))[:100]
        return about

    def unpack(self, packed: wire.Packed) -> Any:
        """Return what a message says, with mirrors where the examiner's objects stand, brought up to date."""
        what, fields = wire.unpack(packed, self.thing)
        self.live = [number for number, _ in fields] or self.live
        for number, values in fields:
            mirror = self.yours[number]
            if isinstance(mirror, np.random.Generator):
                mirror.bit_generator.state = values["state"]
            else:
                vars(mirror).update(values)
        return what

    def thing(self, about: Mapping[str, Any]) -> Any:
        """Return what the examiner speaks of."""
        if "yours" in about:
            thing = self.mine[about["yours"]]
            return _next_of(thing) if about.get("next") else thing
        number = about["mine"]
        if number not in self.yours:
            mirror = self.mirror(number, about)
            self.yours[number], self.your_numbers[id(mirror)] = mirror, number
        return self.yours[number]

    def mirror(self, number: int, about: Mapping[str, Any]) -> Any:
        """Make what stands for an object of the examiner's."""
        if about["kind"] == "generator":
            return np.random.Generator(getattr(np.random, about["type"])())
        if about["kind"] == "function":

            def ask(*args: Any, **kwargs: Any) -> Any:
                return self.ask(number, "__call__", args, kwargs)

            ask.__name__ = about["type"]
            return ask
        methods = {method: self.method(number, method) for method in about["methods"]}
        return type(about["type"], (Mirror,), methods)()

    def method(self, number: int, name: str) -> Callable[..., Any]:
        """Return a method that asks the examiner."""
        return lambda _mirror, *args, **kwargs: self.ask(number, name, args, kwargs)


class _Snapshot:
    """What arguments hold at one moment."""

    def __init__(self, arguments: Any, number: Callable[[Any], dict[str, Any]]) -> None:
        packed = wire.pack(arguments, number)
        self.tree, self.arrays = packed.tree, [array.copy() for array in packed.arrays]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Snapshot)
            and self.tree == other.tree
            and all(map(_same_bytes, self.arrays, other.arrays))
        )

    __hash__ = None  # type: ignore[assignment]


def _same_bytes(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    return one.tobytes() == other.tobytes()


def _found(places: Mapping[str, tuple[str, str]]) -> dict[str, Callable[..., Any]]:
    """Return functions of the course by where they are to be found: module and name."""
    return {name: getattr(importlib.import_module(module), function) for name, (module, function) in places.items()}


def _next_of(iterator: Any) -> Callable[[], Any]:
    return lambda: next(iterator)


def _fields(mirror: Any) -> dict[str, Any]:
    """Return what a mirror holds now."""
    if isinstance(mirror, np.random.Generator):
        return {"state": mirror.bit_generator.state}
    return dict(vars(mirror))


def _kind(thing: Any) -> str:
    """Say how the examiner can use a thing."""
    if isinstance(thing, GeneratorType):
        return "generator"
    if isinstance(thing, CoroutineType):
        return "coroutine"
    if callable(thing):
        return "function"
    return "iterator" if hasattr(type(thing), "__next__") else "object"
