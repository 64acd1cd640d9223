"""Find faults in data: every check returns findings, and none raises for bad data.

A curator wants all faults at once, each with file, line, rule and the command that mends it.
"""
