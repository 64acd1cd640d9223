"""The command line: each command parses, calls and prints; computing lives below."""

import gc

gc.disable()  # a command lives for a moment, and collecting while importing costs a tenth of it
