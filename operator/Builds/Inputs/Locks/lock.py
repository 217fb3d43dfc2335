"""Whether a lock is for this Python and this system: ends with a word on it where it isn't.

Its argument is the requirements that a lock was rendered as; what it is for stands in their comments.
"""
import platform
import sys

try:
    from pip._vendor.packaging.markers import Marker
    from pip._vendor.packaging.specifiers import SpecifierSet
except ImportError:
    from packaging.markers import Marker
    from packaging.specifiers import SpecifierSet


def comments(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("# ") and ": " in line:
                yield line[2:].rstrip("\n").split(": ", 1)


def holds(text):
    """A marker may compare as versions what isn't one, such as the release of a kernel."""
    try:
        return Marker(text).evaluate()
    except Exception:
        return False


def main(path):
    said = list(comments(path))
    version = "%d.%d.%d" % sys.version_info[:3]
    for key, value in said:
        if key == "lock-version":
            print("gemma-operator: locks of version %s are read as those of 1.0 are" % value)
        if key == "requires-python" and not SpecifierSet(value).contains(version, prereleases=True):
            sys.exit("gemma-operator: the lock is for Python %s, and the base has %s" % (value, version))
    environments = [value for key, value in said if key == "environment"]
    if environments and not any(holds(text) for text in environments):
        sys.exit("gemma-operator: the lock is for %s, and the base is Python %s on %s %s"
                 % (" or ".join(environments), version, platform.system(), platform.machine()))


main(sys.argv[1])
