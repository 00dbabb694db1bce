"""The servers: started on a free loopback port, looked at through /proc, ended by their process id."""

import json
import os
import re
import socket
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from .clients import BenchError, get

TICKS = os.sysconf("SC_CLK_TCK")
START_PATIENCE = 30
READY_PATIENCE = 120
STOP_PATIENCE = 20

# nginx would give its workers to somebody who may not read what root has made.
RUN_AS = "user root;" if os.geteuid() == 0 else ""

# An operator's, on a server that only this machine can reach while it is measured.
TOKEN = "measured-on-loopback-only"


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process that listens, with whatever it starts itself. It is there once ``ready_path`` is answered, or the port is open."""

    def __init__(self, name: str, port: int, command: list[str], ready_path: str | None, log: Path, environment: dict[str, str] | None = None):
        self.name = name
        self.port = port
        self._log = log
        self._output = log.open("ab")
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self._output, stderr=self._output, env={**os.environ, **(environment or {})}, cwd=log.parent)
        try:
            self.seconds_to_answer = self._wait(ready_path)
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def cpu_seconds(self) -> float:
        """User and system time so far."""
        total = 0
        for pid in self._pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def rss(self) -> int:
        """Bytes, now."""
        return self._memory("VmRSS:")

    def forget_peak(self) -> None:
        for pid in self._pids():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def peak_rss(self) -> int:
        """Bytes, the highest since forget_peak; of several processes their sum."""
        return self._memory("VmHWM:")

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_PATIENCE)
        self._output.close()

    def _memory(self, field):
        lines = [line for pid in self._pids() for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith(field)]
        return sum(int(line.split()[1]) * 1024 for line in lines)

    def _pids(self):
        pid = self._process.pid
        return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]

    def _wait(self, path):
        while time.perf_counter() - self.started < START_PATIENCE:
            if self._process.poll() is not None:
                break
            try:
                if path is None:
                    socket.create_connection(("127.0.0.1", self.port), START_PATIENCE).close()
                else:
                    get(self.port, path)
                return time.perf_counter() - self.started
            except OSError:
                time.sleep(0.001)
        raise BenchError(f"{self.name} does not answer; its log ends with:\n{self._log.read_text()[-2000:]}")


@dataclass(frozen=True)
class Hashgate:
    """One build of Hashgate and how it is set up: its defaults, and whatever ``settings`` say."""

    name: str
    build: Path
    settings: dict[str, str]

    def start(self, data: Path, more: dict[str, str] | None = None, ready_path: str = "/healthz") -> Server:
        """Starts it with a data directory, which may be new."""
        data.mkdir(parents=True, exist_ok=True)
        port = free_port()
        return Server(self.name, port, ["dotnet", str(self.build / "hashgate.dll")], ready_path, data.parent / f"{data.name}.log", {
            "ASPNETCORE_URLS": f"http://127.0.0.1:{port}",
            "Hashgate__DataDirectory": str(data),
            "Hashgate__Admin__Token": TOKEN,
            **self.settings,
            **(more or {}),
        })


def wait_until_ready(server: Server) -> None:
    """Until its lists and advisories are in force and nothing else is wrong."""
    told = {}
    ends = time.monotonic() + READY_PATIENCE
    while time.monotonic() < ends:
        told = json.loads(get(server.port, "/readyz").body)
        if told["status"] == "ready":
            return
        time.sleep(0.05)
    raise BenchError(f"{server.name} does not become ready: {told['reasons']}")


def redis(folder: Path) -> Server:
    """Redis as Hashgate wants it: on disk before it answers."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", "--appendonly", "yes", "--appendfsync", "always"]
    return Server("Redis", port, command, None, folder / "output.log")


def object_store(folder: Path, tools: Path) -> Server:
    """An object store in memory; ``requests.log`` has a line for each request."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = ["dotnet", str(tools / "Hashgate.Benchmarks.dll"), "store", f"http://127.0.0.1:{port}", str(folder / "requests.log")]
    return Server("the object store", port, command, None, folder / "output.log")


def nginx(name: str, folder: Path, port: int, http: str, server: str) -> Server:
    """nginx in the foreground with everything it writes below ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nginx.conf").write_text(f"""\
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
include /etc/nginx/modules-enabled/*.conf;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  open_file_cache max=1000 inactive=1h;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {http}
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    location = /ready {{ return 200; }}
    {server}
  }}
}}
""")
    return _nginx(name, folder, port, "/ready")


def _nginx(name, folder, port, ready_path):
    command = ["nginx", "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf"), "-g", f"daemon off; {RUN_AS}"]
    return Server(name, port, command, ready_path, folder / "output.log")


def upstream(folder: Path, root: Path, port: int) -> Server:
    """The sample index. Files under /packages/slow/ come at 50 MB/s, those under /packages/far/ after the 50 ms of a far host."""
    return nginx("the upstream", folder, port, "log_format requests '$request_method $uri $status';", f"""
    root {root};
    access_log {folder}/requests.log requests;
    location /simple/ {{ index index.json; default_type application/vnd.pypi.simple.v1+json; types {{ }} }}
    location /packages/slow/ {{ limit_rate 50m; }}
    location /packages/far/ {{ auth_request /wait; }}
    location = /wait {{ internal; access_log off; echo_sleep 0.05; echo -n ""; }}
""")


def static(folder: Path, root: Path) -> Server:
    """nginx with nothing left to do: finished pages and files."""
    return nginx("nginx static", folder, free_port(), "", f"""
    root {root};
    location /pages/ {{ default_type application/vnd.pypi.simple.v1+json; types {{ }} }}
    location /pages/gzip/ {{ default_type application/vnd.pypi.simple.v1+json; types {{ }} add_header Content-Encoding gzip; }}
""")


def balancer(folder: Path, config: Path, ports: list[int]) -> Server:
    """nginx in front of replicas, with the configuration that is deployed but for its addresses."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    replicas = "".join(f"server 127.0.0.1:{port} max_fails=0;" for port in ports)
    text = re.sub(r"(server replica-\d+:8080 max_fails=0;\s*)+", replicas, config.read_text())
    (folder / "nginx.conf").write_text(text.replace("listen 8080;", f"listen 127.0.0.1:{port};").replace("/tmp/", f"{folder}/"))
    return _nginx("nginx", folder, port, "/healthz")


def cache(folder: Path, upstream_port: int) -> Server:
    """nginx as the usual caching proxy of files."""
    return nginx("nginx cache", folder, free_port(), f"proxy_cache_path {folder}/cache keys_zone=files:10m max_size=50g;", f"""
    location / {{
      proxy_pass http://127.0.0.1:{upstream_port};
      proxy_cache files;
      proxy_cache_valid 200 1d;
      proxy_cache_lock on;
      proxy_cache_lock_timeout 60s;
    }}
""")
