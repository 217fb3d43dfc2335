"""Tells whether a fix is to be put in place although it is young: exits with 0 then.

Its arguments are the fix, as name==version, and the note of what came with the base, which a build leaves as it is.
"""
import importlib.metadata
import re
import sys

try:
    from pip._vendor.packaging.version import Version
except ImportError:
    from packaging.version import Version


def normal(name):
    return re.sub("[-_.]+", "-", name or "").lower()


def installed(name):
    """The version of the first distribution of a name, which is the one that an import finds."""
    found = (one.version for one in importlib.metadata.distributions() if normal(one.metadata["Name"]) == name)
    return next(found, None)


def is_wanted(fix, note):
    name, version = fix.split("==")
    with open(note) as file:
        base = dict(line.strip().split("==", 1) for line in file if "==" in line)
    there = installed(normal(name))
    return bool(there) and base.get(normal(name)) != there and Version(there) < Version(version)


sys.exit(0 if is_wanted(*sys.argv[1:]) else 1)
