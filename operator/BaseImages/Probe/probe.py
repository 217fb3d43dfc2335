"""What a build of now would bring that this image doesn't hold: asked of apt and of pip, which change nothing.

Joined behind contents.py, whose origin_of and direct_origin it calls. It needs no root and writes below one scratch
folder alone. Its report is a termination message; whoever reads it decides, and believes nothing but its form.
"""
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys

# Bytes of the report: the kubelet cuts a termination message at 4096.
WIDEST = 3900

# Changes that are told by name, as many as a build's spec has room for.
MOST_CHANGES = 20

# The first pip that has "install --dry-run --report" (its NEWS, 22.2).
FIRST_PIP = (22, 2)

# The first that has "--uploaded-prior-to" (its NEWS, 26.0), and what it says of an index that tells no times.
FIRST_COOLDOWN_PIP = (26, 0)
NO_DATES = "does not provide upload-time metadata"

MANAGERS = ("apt-get", "microdnf", "dnf", "yum", "zypper", "apk", "pacman")

# "Inst libssl3 [3.0.2-0ubuntu1.10] (3.0.2-0ubuntu1.12 Ubuntu:22.04/jammy-updates [amd64])"
INSTALL = re.compile(r"Inst ([^ :]+)(?::([^ ]+))? (?:\[([^]]*)\] )?\(([^ )]+)")


class Trouble(Exception):
    """Why there is no answer: a word that the operator knows, and what a program said of it."""

    def __init__(self, reason, said=""):
        super().__init__(reason)
        self.reason, self.said = reason, said


def cause(text):
    """The line of an output that says why it failed: the first error, or else the last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("E: ", "Error: ", "ERROR: "))]
    return (errors or lines[-1:] or [""])[0][:300]


def call(command, reason, asked, env):
    """What a program printed; one that fails, is missing or takes too long is trouble."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=asked["timeout"], errors="replace", env=env, cwd=asked["work"])
    except subprocess.TimeoutExpired:
        raise Trouble("TimedOut", " ".join(command[:1] + command[-1:]))
    except OSError as error:
        raise Trouble(reason, type(error).__name__)
    if done.returncode != 0:
        raise Trouble(reason, cause(done.stderr) or cause(done.stdout))
    return done.stdout


def held_status(source, target, held):
    """A copy of dpkg's list in which packages that builds hold are on hold."""
    names, maintainers = re.compile(held["names"]), re.compile(held["maintainers"])
    with open(source, errors="surrogateescape") as file:
        paragraphs = file.read().split("\n\n")
    for at, paragraph in enumerate(paragraphs):
        fields = dict(line.split(": ", 1) for line in paragraph.splitlines() if ": " in line and line[0] != " ")
        name = fields.get("Package", "")
        if names.search(name) or maintainers.search(fields.get("Maintainer", "")) or name in held["pins"]:
            paragraphs[at] = paragraph.replace("Status: install ok installed", "Status: hold ok installed")
    with open(target, "w", errors="surrogateescape") as file:
        file.write("\n\n".join(paragraphs))


def folders(work):
    """Where apt may write, without root."""
    top = os.path.join(work, "apt")
    for path in ("lists/partial", "cache/archives/partial", "state", "log"):
        os.makedirs(os.path.join(top, path), exist_ok=True)
    return top


def apt_options(top, status):
    pairs = {
        "Acquire::Retries": "3",
        "Dir::State": os.path.join(top, "state"),
        "Dir::State::lists": os.path.join(top, "lists"),
        "Dir::State::status": status,
        "Dir::Cache": os.path.join(top, "cache"),
        "Dir::Cache::pkgcache": "",
        "Dir::Cache::srcpkgcache": "",
        "Dir::Log": os.path.join(top, "log"),
        "Debug::NoLocking": "true",
    }
    return [word for key, value in pairs.items() for word in ("-o", "%s=%s" % (key, value))]


def apt_changes(asked, env):
    """Packages that an upgrade under the policy moves, and those that the image's own list of packages would."""
    question = asked["apt"]
    manager = next((name for name in MANAGERS if shutil.which(name, path=env.get("PATH"))), "none")
    if manager != "apt-get":
        raise Trouble("NoApt", manager)
    top = folders(asked["work"])
    status = os.path.join(asked["root"], "var/lib/dpkg/status")
    held = os.path.join(top, "status")
    try:
        held_status(status, held, question["held"])
    except OSError as error:
        raise Trouble("AptBroken", type(error).__name__)
    plain, careful = apt_options(top, status), apt_options(top, held)
    if question["preferences"]:
        careful += ["-o", "Dir::Etc::Preferences=" + preferences(top, asked["root"], question["preferences"])]
    call(["apt-get", "-q"] + plain + ["check"], "AptBroken", asked, env)
    call(["apt-get", "-q"] + plain + ["-o", "APT::Update::Error-Mode=any", "update"], "MirrorUnreachable", asked, env)
    told = []
    simulate = ["-s", "--no-install-recommends"]
    if question["upgrade"]:
        sources = call(["apt-cache"] + careful + ["policy"], "AptFailed", asked, env)
        if not any(re.search(question["sources"], line) for line in sources.splitlines() if "a=now" not in line):
            raise Trouble("NoSource")
        told.append(call(["apt-get", "-q"] + careful + simulate + ["--with-new-pkgs", "upgrade"], "AptFailed", asked, env))
    if question["packages"]:
        told.append(call(["apt-get", "-q"] + plain + simulate + ["--only-upgrade", "install", "--"]
                         + question["packages"], "AptFailed", asked, env))
    for line in "\n".join(told).splitlines():
        match = INSTALL.match(line)
        if match:
            name, architecture, old, new = match.groups()
            yield ["dpkg", name, architecture or "", old or "", new]


def preferences(top, root, text):
    """The pins of the security suites, before those that the image has already."""
    path, own = os.path.join(top, "preferences"), os.path.join(root, "etc/apt/preferences")
    with open(path, "w") as file:
        file.write(text)
        if os.path.isfile(own):
            with open(own, errors="replace") as more:
                file.write(more.read())
    return path


def normal(name):
    return re.sub("[-_.]+", "-", name).lower()


def installed():
    """Distributions that an import finds, by their normalized names."""
    found = {}
    for distribution in importlib.metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(normal(str(name)), distribution)
    return found


def noted(path):
    """What the base brought itself, as the build has noted it: such a package stays as it is while it will do."""
    try:
        with open(path) as file:
            return dict(line.strip().split("==", 1) for line in file if "==" in line)
    except OSError:
        raise Trouble("BaseUnknown")


def pip_version(asked, env):
    said = call([sys.executable, "-m", "pip", "--version"], "NoPip", asked, env)
    match = re.match(r"pip (\d+)(?:\.(\d+))?", said)
    if not match:
        raise Trouble("NoPip", cause(said))
    version = (int(match[1]), int(match[2] or 0))
    if version < FIRST_PIP:
        raise Trouble("PipTooOld", match[0])
    return version


def pip_program(asked, env):
    """The pip to ask: the image's, or where that doesn't know how to leave out what is too young, one of our own."""
    question, own = asked["pip"], os.path.join(asked["work"], "pip")
    if pip_version(asked, env) >= FIRST_COOLDOWN_PIP or not question.get("before"):
        return ["-m", "pip"]
    call([sys.executable, "-m", "pip", "install", "--quiet", "--target", own, "--no-deps", "--no-cache-dir",
          "--no-compile", "--only-binary", ":all:"] + question["indexes"] + [question["newer"]],
         "NoCooldownPip", asked, env)
    for name in os.listdir(own):
        # A requirement of pip's own name isn't met by it.
        if name.endswith(".dist-info"):
            shutil.rmtree(os.path.join(own, name))
    return [os.path.join(own, "pip")]


def pip_changes(asked, env):
    """Distributions that the requirements, installed onto the base anew, would bring in another version."""
    question, there = asked["pip"], installed()
    program = pip_program(asked, env)
    before = ["--uploaded-prior-to", question["before"]] if question.get("before") else []
    base = noted(question["base"])
    report = os.path.join(asked["work"], "pip.json")
    try:
        call([sys.executable] + program + ["install", "--dry-run", "--quiet", "--report", report, "--no-cache-dir"]
             + before + ["--upgrade", "--upgrade-strategy", "eager", "--constraint", question["constraints"]]
             + question["options"] + ["--requirement", question["requirements"]], "PipFailed", asked, env)
    except Trouble as trouble:
        raise Trouble("IndexLacksDates", trouble.said) if before and NO_DATES in trouble.said else trouble
    try:
        with open(report) as file:
            planned = json.load(file)["install"]
        for item in planned:
            change = pip_change(item, there, base)
            if change:
                yield change
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Trouble("PipFailed", type(error).__name__)


def pip_change(item, there, base):
    name, new = normal(item["metadata"]["name"]), item["metadata"]["version"]
    old = there[name].version if name in there else ""
    if old and base.get(name) == old:
        return None
    if old == new and not (item.get("is_direct") and direct_origin(item["download_info"]) != origin_of(there[name])):
        return None
    return ["python", name, "", old, new]


def environment(asked):
    """What steps of a build have: nothing that the image's own environment adds for those who run it."""
    env = {key: value for key, value in os.environ.items() if key not in asked["forget"]}
    env.update(LC_ALL="C", HOME=asked["work"], TMPDIR=asked["work"], DEBIAN_FRONTEND="noninteractive",
               PIP_BREAK_SYSTEM_PACKAGES="1", PIP_NO_INPUT="1", PIP_ROOT_USER_ACTION="ignore",
               PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_USER="0", PYTHONDONTWRITEBYTECODE="1")
    return env


def importance(change, ranks):
    kind, name = change[0], change[1]
    return next((at for at, pattern in enumerate(ranks[kind]) if re.fullmatch(pattern, name)), 2)


def answer(asked):
    """The report: how many packages would move, the most important of them, and a fingerprint of all."""
    found, env = {}, environment(asked)
    for part, read in (("apt", apt_changes), ("pip", pip_changes)):
        if asked[part]:
            for change in read(asked, env):
                found.setdefault(tuple(change[:3]), change)
    changes = sorted(found.values(), key=lambda change: (importance(change, asked["ranks"]), change))
    lines = "\n".join(sorted(" ".join(change) for change in changes))
    report = {"v": 1, "digest": asked["digest"], "count": len(changes), "changes": changes[:MOST_CHANGES]}
    if changes:
        report["fingerprint"] = "sha256:" + hashlib.sha256(lines.encode("utf-8", "replace")).hexdigest()
    return report


def written(report):
    """The report as text; changes that it has no room for are left out, and counted all the same."""
    while True:
        text = json.dumps(report, separators=(",", ":"))
        if len(text) <= WIDEST or not report.get("changes"):
            return text
        report["changes"].pop()


def main():
    asked = json.loads(sys.argv[1])
    try:
        report = answer(asked)
    except Trouble as trouble:
        report = {"v": 1, "digest": asked["digest"], "error": {"reason": trouble.reason, "said": trouble.said}}
    except Exception as error:
        report = {"v": 1, "digest": asked["digest"], "error": {"reason": "ProgramFailed", "said": type(error).__name__}}
    text = written(report)
    print(text)
    with open(asked["log"], "w") as file:
        file.write(text)


main()
