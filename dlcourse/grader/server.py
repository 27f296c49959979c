"""A web server for one's own machine: the book at ``/``, the feedback of the sample class at ``/feedback/``."""

import http.server
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serve several folders under different addresses, and log nothing."""

    def __init__(self, *args: object, folders: Mapping[str, Path], **kwargs: object) -> None:
        self.folders = folders
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def translate_path(self, path: str) -> str:
        """Return the file for an address; the longest prefix that fits wins."""
        plain = unquote(urlsplit(path).path)
        prefix = max((each for each in self.folders if plain.startswith(each)), key=len)
        self.directory = str(self.folders[prefix])
        return super().translate_path("/" + path.split("?")[0].split("#")[0][len(prefix) :])

    def log_message(self, format: str, *args: object) -> None:
        """Keep the terminal quiet."""


def make_server(folders: Mapping[str, Path], port: int = 0) -> http.server.ThreadingHTTPServer:
    """Make a server that only this machine can reach.

    Parameters
    ----------
    folders : mapping of str to Path
        By address; each begins and ends with a slash, and ``"/"`` must be one of them.
    port : int, default 0
        0 takes a free one.

    Returns
    -------
    ThreadingHTTPServer
        Not yet running; ``server_port`` tells its port.
    """
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, folders=folders))
