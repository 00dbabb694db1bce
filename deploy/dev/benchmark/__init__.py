"""The measuring half of deploy/dev/bench. Standard library only."""
