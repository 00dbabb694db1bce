"""What is measured, a part a file. Every part starts the servers it needs, lets them take turns, and returns rows and promises."""

from .cold import cold
from .crowd import crowd
from .files import files
from .first import first
from .growth import growth
from .pages import pages
from .policy import policy
from .readers import readers
from .start import start

PARTS = {part.__name__: part for part in (start, pages, files, cold, first, crowd, policy, readers, growth)}

# Takes long and much disk: only when asked for.
ON_DEMAND = {"growth"}
