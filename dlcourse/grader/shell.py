"""IPython without a kernel: a shell that runs cells in this process and keeps what a notebook would show."""

import builtins
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type

from dlcourse.checks import calls

MOST_OUTPUT = 2_000_000  # characters of one cell that are kept, figures included
Output = dict[str, Any]


class StdinNotImplementedError(NotImplementedError):
    """Nobody can type anything while a notebook is graded."""


class Outputs:
    """What one cell shows, as a notebook holds it; of too much the beginning."""

    def __init__(self) -> None:
        self.kept: list[Output] = []
        self.size = 0

    def add(self, output: Output, size: int) -> None:
        """Keep an output, unless there is too much already."""
        if self.size < MOST_OUTPUT or output["output_type"] == "error":
            self.kept.append(output)
        self.size += size

    def write(self, name: str, text: str) -> None:
        """Keep what is printed, joined to what was printed just before."""
        room = MOST_OUTPUT - self.size
        if self.size <= MOST_OUTPUT < self.size + len(text):
            text = f"{text[:room]}\n... the rest was not kept: a cell may show {MOST_OUTPUT} characters\n"
        if room >= 0 and text:
            last = self.kept[-1] if self.kept else {}
            if last.get("name") == name:
                last["text"] += text
            else:
                self.kept.append({"output_type": "stream", "name": name, "text": text})
        self.size += len(text)

    def clear(self) -> None:
        """Forget what was shown."""
        self.kept.clear()

    def fail(self, kind: str, text: str, lines: list[str]) -> None:
        """Keep an error."""
        self.add({"output_type": "error", "ename": kind, "evalue": text, "traceback": lines}, 0)


class _Stream(io.TextIOBase):
    """One of the two streams of a cell."""

    encoding = "utf-8"

    def __init__(self, outputs: Outputs, name: str) -> None:
        self.outputs, self.name = outputs, name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.outputs.write(self.name, str(text))
        return len(text)


class _Hook(DisplayHook):
    """Keeps the value of a cell's last expression."""

    def start_displayhook(self) -> None:
        """Write nothing: a notebook has its own prompt."""

    def write_output_prompt(self) -> None:
        """Write nothing, as above."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        """Keep what is shown."""
        output = {"output_type": "execute_result", "data": format_dict, "metadata": md_dict or {}}
        shell: Any = self.shell
        shell.outputs.add({**output, "execution_count": self.prompt_count}, _size(format_dict))

    def finish_displayhook(self) -> None:
        """Write nothing, as above."""


class _Publisher(DisplayPublisher):
    """Keeps figures and whatever else is displayed."""

    def publish(self, data: dict[str, Any], metadata: dict[str, Any] | None = None, *_: Any, **_more: Any) -> None:
        """Keep what is shown."""
        self.shell.outputs.add({"output_type": "display_data", "data": data, "metadata": metadata or {}}, _size(data))

    def clear_output(self, wait: bool = False) -> None:
        """Forget what was shown."""
        self.shell.outputs.clear()


class Shell(InteractiveShell):
    """Runs the cells of one notebook, one after the other."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    def __init__(self, **options: Any) -> None:
        self.outputs, self.seconds = Outputs(), 0.0
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self.Completer.use_jedi = False

    @classmethod
    def make(cls) -> "Shell":
        """Return the shell of this process, with nothing of the user's own in it: no history, no start-up files."""
        from traitlets.config import Config

        quiet = Config()
        quiet.HistoryManager.enabled = False
        quiet.HistoryManager.hist_file = ":memory:"
        quiet.InteractiveShell.colors = "NoColor"
        quiet.InteractiveShell.banner1 = ""
        return cls.instance(config=quiet)

    def init_sys_modules(self) -> None:
        """Let `__main__` be the notebook, as in a kernel."""
        sys.modules["__main__"] = self.user_module

    def enable_gui(self, gui: Any = None) -> None:
        """Open no window: figures are drawn into the notebook."""

    def ask_exit(self) -> None:
        """Go on: what comes after ``exit`` is graded too."""

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        if isinstance(evalue, calls.TookTooLong):
            text = f"the cell ran longer than {self.seconds:g} s and was stopped"
            self.outputs.fail("CellTimeoutError", text, [f"CellTimeoutError: {text}"])
            return
        try:
            text = str(evalue)
        except Exception as second:  # a student's exception may fail to describe itself
            text = f"its text cannot be read ({type(second).__name__})"
        self.outputs.fail(etype.__name__, text, list(stb))

    def run(self, source: str, seconds: float) -> list[Output]:
        """Run a cell as a notebook does.

        Parameters
        ----------
        source : str
            Its text.
        seconds : float
            How long it may run.

        Returns
        -------
        list of dict
            Its outputs. An error is one of them and nothing is raised.
        """
        self.outputs = Outputs()
        streams = [_Stream(self.outputs, name) for name in ("stdout", "stderr")]
        self.seconds = seconds
        with _standing_in_for(streams[0], streams[1]):
            try:
                with calls.time_limit(seconds, seconds):
                    self.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
            except BaseException as error:  # what a cell leaves behind may raise whatever it likes, and at any time
                self._showtraceback(type(error), error, [f"{type(error).__name__}: {error}"])
        return self.outputs.kept


@contextmanager
def _standing_in_for(out: _Stream, err: _Stream) -> Iterator[None]:
    """Let everything that is written go to two streams, and let nobody wait for input."""

    def refuse(prompt: object = "", stream: object = None) -> str:
        raise StdinNotImplementedError(f"input() was called ({prompt}), and nobody can type while a notebook is graded")

    before = sys.stdout, sys.stderr, builtins.input
    sys.stdout, sys.stderr, builtins.input = out, err, refuse
    try:
        yield
    finally:
        sys.stdout, sys.stderr, builtins.input = before


def _size(data: dict[str, Any]) -> int:
    return sum(len(text) for text in data.values() if isinstance(text, str | bytes))
