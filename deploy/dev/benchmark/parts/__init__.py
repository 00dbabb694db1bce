"""What is measured, a part a file. Every part starts the servers it needs, lets them take turns, and returns rows and promises."""

from .cold import cold
from .crowd import crowd
from .files import files
from .first import first
from .growth import growth
from .installs import installs
from .pages import pages
from .policy import policy
from .readers import readers
from .start import start
from .stores import stores

PARTS = {part.__name__: part for part in (start, pages, files, cold, first, crowd, policy, readers, growth, installs, stores)}

# Only when asked for: one takes long and much disk, the others are deploy/dev/load's.
ON_DEMAND = {"growth", "installs", "stores"}
