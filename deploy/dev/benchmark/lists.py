"""The lists that Hashgate is measured with: an allowlist of 1,000 entries and a blocklist of 100."""

from pathlib import Path

# Every sample project's name begins with this; it is like no popular project's.
PREFIX = "hashgate-sample-"
ALLOWED = 1000
BLOCKED = 100


def write_lists(folder: Path) -> dict[str, str]:
    """Writes them; gives the settings that name them. The sample projects are allowed, and only releases they don't have are blocked."""
    folder.mkdir()
    others = [f"made-up-project-{index}>=1.{index},<{index % 9 + 2}  # team {index % 20}" for index in range(ALLOWED - 1)]
    (folder / "allow.txt").write_text("\n".join([f"{PREFIX}*", *others, ""]))
    blocked = [f"unwanted-project-{index}  # it mined coins" for index in range(BLOCKED - 1)]
    (folder / "block.txt").write_text("\n".join([f"{PREFIX}*==99999.1  # taken over", *blocked, ""]))
    return {
        "Hashgate__Policy__Rules__allowlist__File": str(folder / "allow.txt"),
        "Hashgate__Policy__Rules__blocklist__File": str(folder / "block.txt"),
    }
