"""What installs take: for each project its page, the core metadata and the file of one release."""

from dataclasses import dataclass

from .samples import MB, Samples, page_path

# Of an install: how many projects, the files on the page of each, the size of the file that is installed. 20.5 MB in all.
KINDS = [(10, 10, MB // 10), (7, 300, MB // 2), (2, 1000, 3 * MB), (1, 300, 10 * MB)]
PROJECTS = sum(count for count, _, _ in KINDS)
BYTES = sum(count * size for count, _, size in KINDS)


@dataclass(frozen=True)
class Release:
    page: str
    file: str

    @property
    def paths(self) -> list[str]:
        return [self.page, self.file + ".metadata", self.file]


def releases(samples: Samples, name: str, installs: int) -> list[Release]:
    """So many installs that have no project in common, mixed."""
    made = []
    for install in range(installs):
        for kind, (count, files, size) in enumerate(KINDS):
            for number in range(count):
                project = f"{name}-{install}-{kind}-{number}"
                made.append(Release(page_path(project), samples.release(project, files, size).path))
    return made
