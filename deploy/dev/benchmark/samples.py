"""The sample upstream's content: project pages as PyPI shapes them, with true sizes and hashes, and the files behind them."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from .lists import PREFIX

MB = 1_000_000
GIB = 1 << 30
SMALL_FILE = 2048
BLOCK = 4 << 20

PAGE_SIZES = {"small": 10, "medium": 300, "large": 3000}


@dataclass(frozen=True)
class SampleFile:
    path: str
    size: int
    sha256: str


def page_path(project: str) -> str:
    return f"/simple/{PREFIX}{project}/"


def stem(project: str) -> str:
    """What the project's filenames begin with."""
    return (PREFIX + project).replace("-", "_")


class Samples:
    """Writes below ``root`` what nginx then serves; projects are named without their prefix. Every file has content of its own, so that none is in a cache before it is asked for."""

    def __init__(self, root: Path, base_url: str):
        self._root = root
        self._base_url = base_url
        self._block = os.urandom(BLOCK)

    def page(self, project: str, count: int) -> str:
        """
        A project of many small files; only those of the first release exist, the rest of the page is as true as they are. Returns the
        page's path.
        """
        entries = []
        for index in range(count):
            name = self._name(project, index)
            content = f"{project} {index} ".encode().ljust(SMALL_FILE, b".")
            metadata = f"Metadata-Version: 2.1\nName: {PREFIX}{project}\nVersion: {index // 3 // 10}.{index // 3 % 10}\nSummary: file {index}\n".encode().ljust(SMALL_FILE, b"\n")
            file = self._entry(name, hashlib.sha256(content).hexdigest(), len(content), index, metadata)
            entries.append(file[0])
            if index < 3:
                self._write(file[1].path, content)
                self._write(file[1].path + ".metadata", metadata)
        self._write_page(project, entries)
        return page_path(project)

    def first_file(self, project: str) -> str:
        """The path of a page's first file."""
        page = json.loads((self._root / "simple" / (PREFIX + project) / "index.json").read_text())
        return page["files"][0]["url"].removeprefix(self._base_url)

    def files(self, project: str, size: int, count: int, folder: str) -> list[SampleFile]:
        """A project of ``count`` files of one size, below a folder of /packages/ that says how fast they come."""
        entries, files = [], []
        for index in range(count):
            name = f"{stem(project)}-{index + 1}.0-py3-none-any.whl"
            path = f"/packages/{folder}/{project}/{name}"
            digest = self._fill(path, f"{project} {index} ".encode(), size)
            entry, file = self._entry(name, digest, size, index, None, path)
            entries.append(entry)
            files.append(file)
        self._write_page(project, entries)
        return files

    def release(self, project: str, count: int, size: int) -> SampleFile:
        """A project of ``count`` files whose last has core metadata and is there, of this size: what an installer takes. Returns it."""
        nowhere = hashlib.sha256(project.encode()).hexdigest()
        entries = [self._entry(self._name(project, index), nowhere, size, index, b"nowhere")[0] for index in range(count - 1)]
        name = self._name(project, count - 1)
        path = f"/packages/near/{project}/{name}"
        metadata = f"Metadata-Version: 2.1\nName: {PREFIX}{project}\nVersion: {name.split('-')[1]}\n".encode().ljust(SMALL_FILE, b"\n")
        entry, file = self._entry(name, self._fill(path, project.encode(), size), size, count - 1, metadata, path)
        self._write(path + ".metadata", metadata)
        self._write_page(project, [*entries, entry])
        return file

    def discard(self, files: list[SampleFile]) -> None:
        """Frees the disk of files that are measured."""
        for file in files:
            (self._root / file.path.lstrip("/")).unlink()

    @staticmethod
    def _name(project, index):
        return f"{stem(project)}-{index // 3 // 10}.{index // 3 % 10}-cp3{index % 3 + 10}-cp3{index % 3 + 10}-manylinux_2_17_x86_64.whl"

    def _entry(self, name, sha256, size, index, metadata, path=None):
        digest = hashlib.sha256(name.encode()).hexdigest()
        path = path or f"/packages/{digest[:2]}/{digest[2:4]}/{digest[4:]}/{name}"
        promised = {"sha256": hashlib.sha256(metadata).hexdigest()} if metadata else False
        entry = {
            "core-metadata": promised,
            "data-dist-info-metadata": promised,
            "filename": name,
            "hashes": {"sha256": sha256},
            "provenance": None,
            "requires-python": ">=3.8",
            "size": size,
            "upload-time": f"2024-{index % 12 + 1:02}-{index % 28 + 1:02}T12:00:00.{index:06}Z",
            "url": self._base_url + path,
            "yanked": False,
        }
        return entry, SampleFile(path, size, sha256)

    def _write_page(self, project, entries):
        versions = sorted({entry["filename"].split("-")[1] for entry in entries})
        page = {"files": entries, "meta": {"_last-serial": 1, "api-version": "1.4"}, "name": PREFIX + project, "versions": versions}
        self._write(page_path(project) + "index.json", json.dumps(page, separators=(",", ":")).encode())

    def _write(self, path, content):
        file = self._root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def _fill(self, path, seed, size):
        """Bytes that no other file has, fast to make: a head of its own and one random block over and over."""
        file = self._root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with file.open("wb") as target:
            left = size
            piece = memoryview(seed.ljust(64, b".") + self._block[64:])
            while left > 0:
                part = piece[: min(left, BLOCK)]
                digest.update(part)
                target.write(part)
                left -= len(part)
                piece = memoryview(self._block)
        return digest.hexdigest()
