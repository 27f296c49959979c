import threading
import urllib.error
import urllib.request

import pytest

from dlcourse.grader.server import make_server


@pytest.fixture
def address(tmp_path):
    for folder, text in (("html", "the book"), ("feedback", "the class"), ("feedback/ann", "for ann")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "index.html").write_text(text)
    (tmp_path / "gradebook.db").write_text("secret")
    with make_server({"/": tmp_path / "html", "/feedback/": tmp_path / "feedback"}) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://{server.server_address[0]}:{server.server_port}"
        server.shutdown()
        thread.join()


def get(address):
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own server
        return answer.read().decode()


def test_only_this_machine_can_reach_it(address):
    assert address.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/", "the book"),
        ("/index.html?q=1#top", "the book"),
        ("/feedback/", "the class"),
        ("/feedback/ann/index.html", "for ann"),
        ("/feedback/%61nn/", "for ann"),
    ],
)
def test_book_and_feedback_have_their_addresses(address, path, text):
    assert get(address + path) == text


@pytest.mark.parametrize(
    "path", ["/gradebook.db", "/../gradebook.db", "/feedback/../gradebook.db", "/%2e%2e/gradebook.db"]
)
def test_nothing_else_is_served(address, path):
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(address + path)
    assert caught.value.code == 404
    caught.value.close()
