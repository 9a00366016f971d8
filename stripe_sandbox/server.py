"""Face B: the sandbox over HTTP on 127.0.0.1, one thread a connection."""

import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from stripe_sandbox import web
from stripe_sandbox.answers import ConnectionDropped, Response
from stripe_sandbox.api import refuse
from stripe_sandbox.core import Sandbox
from stripe_sandbox.deliverer import Deliverer
from stripe_sandbox.errors import fault_error
from stripe_sandbox.ids import new_id

HOST = "127.0.0.1"
LARGEST_BODY = 1_000_000


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Server"

    def _serve(self) -> None:
        announced = self.headers.get("Content-Length") or "0"
        if not announced.isdigit() or int(announced) > LARGEST_BODY:
            self.close_connection = True
            self._send(Response(413 if announced.isdigit() else 400, {}, b""))
            return
        body = self.rfile.read(int(announced))
        try:
            self._send(web.answer(self.server.sandbox, self.command, self.path, dict(self.headers), body))
        except ConnectionDropped:
            self.close_connection = True
        except Exception:  # noqa: BLE001 - whatever the sandbox's own bug is, the caller hears of it at once
            traceback.print_exc()
            self._send(refuse(fault_error(500), new_id("req")))

    do_GET = do_POST = do_DELETE = _serve

    def _send(self, answer: Response) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the front page shows what happened."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, sandbox: Sandbox, port: int) -> None:
        self.sandbox = sandbox
        super().__init__((HOST, port), Handler)


class RunningServer:
    """A server at work with its deliverer; `url` is its address, `close` stops both and waits for them."""

    def __init__(self, sandbox: Sandbox, port: int) -> None:
        self._server = Server(sandbox, port)
        self.sandbox = sandbox
        self.url = f"http://{HOST}:{self._server.server_address[1]}"
        sandbox.world.base_url = self.url
        sandbox.wait = time.sleep
        self._deliverer = Deliverer(sandbox)
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="stripe_sandbox",
            daemon=True,
        )
        self._deliverer.start()
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._deliverer.stop()


def serve(sandbox: Sandbox, port: int = 0) -> RunningServer:
    """Serve `sandbox` on 127.0.0.1; port 0 takes any free one. Raises OSError when the port is taken."""
    return RunningServer(sandbox, port)
