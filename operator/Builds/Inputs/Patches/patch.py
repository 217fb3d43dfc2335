"""What a patch needs to know of the Python distributions of the image that it is put onto.

movable NOTE              prints the names of what pip has brought on top of the base, which may move. All else came with
                          the base or by apt: NOTE, the list of that, gets its versions of now.
wanted BEFORE FILE        prints the names in BEFORE, and the requirements in FILE but for those of what came with the base.
kept BEFORE FILE          prints those, as constraints: a build of everything finds them met by the base.
unneeded BEFORE FILE      prints the names in BEFORE that nothing needs any more: neither the requirements in FILE, nor
                          anything that they or the base need, whatever the extra or the marker.
"""
import importlib.metadata
import re
import sys


def normal(name):
    return re.sub("[-_.]+", "-", name or "").lower()


def installed():
    """The first of two distributions of one name wins, as it does on import."""
    found = {}
    for distribution in importlib.metadata.distributions():
        name = normal(distribution.metadata["Name"])
        if re.fullmatch("[a-z0-9]([a-z0-9-]*[a-z0-9])?", name):
            found.setdefault(name, distribution)
    return found


def is_by_pip(distribution):
    return (distribution.read_text("INSTALLER") or "").strip() == "pip"


def movable(note):
    with open(note) as file:
        text = file.read()
    base = dict(line.strip().split("==", 1) for line in text.splitlines() if "==" in line)
    there = installed()
    names = sorted(name for name, one in there.items() if base.get(name) != str(one.version) and is_by_pip(one))
    base.update((name, str(one.version)) for name, one in there.items() if name not in names)
    now = "".join("%s==%s\n" % pair for pair in sorted(base.items()))
    if now != text:
        with open(note, "w") as file:
            file.write(now)
    return names


def names_in(lines):
    for line in lines:
        match = re.match("[A-Za-z0-9][A-Za-z0-9._-]*", line)
        if match:
            yield normal(match[0])


def read(before, requirements):
    """(names that may move, lines of requirements about what is there and may not, all other lines)"""
    with open(before) as file:
        moving = set(names_in(file))
    with open(requirements) as file:
        lines = file.read().splitlines()
    there = installed()
    kept = [line for line in lines if any(name in there and name not in moving for name in names_in([line]))]
    return moving, kept, [line for line in lines if line not in kept]


def wanted(before, requirements):
    moving, _, lines = read(before, requirements)
    return lines + sorted(moving)


def kept(before, requirements):
    """Constraints have no extras."""
    return [re.sub(r"^([A-Za-z0-9._-]+)\[[^]]*\]", r"\1", line) for line in read(before, requirements)[1]]


def unneeded(before, requirements):
    with open(before) as file:
        candidates = set(names_in(file))
    there = installed()
    with open(requirements) as file:
        open_ends = [*names_in(file), *(name for name in there if name not in candidates)]
    needed = set()
    while open_ends:
        name = open_ends.pop()
        if name not in needed:
            needed.add(name)
            open_ends.extend(names_in(there[name].requires or []) if name in there else [])
    return sorted(name for name in candidates if name in there and name not in needed)


for each in {"movable": movable, "wanted": wanted, "kept": kept, "unneeded": unneeded}[sys.argv[1]](*sys.argv[2:]):
    print(each)
