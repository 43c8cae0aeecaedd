"""A port that answers HTTP/1.1 with a function from request to response."""

import logging
import socket
import struct
import threading
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from sandbox.http import Headers, Request, Response

log = logging.getLogger(__name__)

Connection = socket.socket | tuple[bytes, socket.socket]
Answer = Callable[[Request], Response]
BODILESS = frozenset({204, 304})
RST = struct.pack("ii", 1, 0)  # SO_LINGER with no time left: close() sends RST


class Port(ThreadingHTTPServer):
    """Serves ``answer`` on 127.0.0.1 from the moment it is made until `stop`.

    ``now`` is the time its Date headers tell.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, answer: Answer, now: Callable[[], datetime], port: int = 0) -> None:
        self.answer = answer
        self.now = now
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def stop(self) -> None:
        """Stop listening and close every connection."""
        self.closing.set()
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            # A client may have closed it in the same moment.
            with _Gone():
                connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Connection, client_address: object) -> None:
        """Remember the connection, so that `stop` can end it."""
        if isinstance(request, socket.socket):
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Connection) -> None:
        """Forget the connection."""
        if isinstance(request, socket.socket):
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Connection, client_address: object) -> None:
        """Stay quiet about clients that hang up; `Handler` has told everything else."""


class _Gone:
    """Lets an operation fail because the other side is gone."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        return kind is not None and issubclass(kind, OSError)


class Handler(BaseHTTPRequestHandler):
    """Reads a request, asks the port's function, writes head and body in one piece."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 0
    server: Port

    def do_GET(self) -> None:
        """Answer any method."""
        try:
            response = self.server.answer(self._request())
        except Exception as error:
            log.exception("the sandbox failed on %s %s", self.command, urlsplit(self.path).path)
            response = Response(500, {"sandbox_failed": repr(error)})
        with _Gone():
            getattr(self, f"_{response.wire.how}")(response)

    do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815 - the base class names them

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Stay quiet: the journal remembers requests."""

    def _request(self) -> Request:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = parse_qs(url.query, keep_blank_values=True)
        headers = Headers(dict(self.headers.items()))
        return Request(self.command, unquote(url.path), query, headers, body)

    def _head(self, response: Response, length: int) -> bytes:
        try:
            phrase = HTTPStatus(response.status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = {"Content-Type": "application/json", **response.headers}
        lines["Date"] = format_datetime(self.server.now(), usegmt=True)
        if response.status not in BODILESS:
            lines["Content-Length"] = str(length)
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"HTTP/1.1 {response.status} {phrase}\r\n{head}\r\n".encode("latin-1", "replace")

    def _plain(self, response: Response) -> None:
        payload = response.payload()
        head = self._head(response, len(payload))
        silent = self.command == "HEAD" or response.status in BODILESS
        self.connection.sendall(head if silent else head + payload)

    def _cut(self, response: Response) -> None:
        self.close_connection = True
        self.connection.sendall(self._head(response, response.wire.promise) + response.payload())

    def _silence(self, response: Response) -> None:
        self.close_connection = True
        self.server.closing.wait(response.wire.seconds)

    def _drip(self, response: Response) -> None:
        self.close_connection = True
        payload, left = response.payload(), response.wire.seconds
        self.connection.sendall(self._head(response, len(payload)))
        for index in range(len(payload)):
            if left <= 0 or self.server.closing.wait(response.wire.every):
                return
            left -= response.wire.every
            self.connection.sendall(payload[index : index + 1])

    def _reset(self, _: Response) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RST)
        self.connection.close()
