# Rendered by Gemma Operator: puts packages that moved onto an image that is published.
ARG BASE_IMAGE=registry.example/team/gemma@sha256:0000000000000000000000000000000000000000000000000000000000000007

FROM ${BASE_IMAGE} AS final
USER 0:0
ARG CACHE_EPOCH=
RUN set -eu; \
    trap 'code=$?; [ $code = 0 ] || echo "gemma-operator: step system-packages failed with exit status $code" >&2' EXIT; \
    echo "cache epoch: ${CACHE_EPOCH}"; \
    export DEBIAN_FRONTEND=noninteractive; \
    apt-get update -o Acquire::Retries=3 -o APT::Update::Error-Mode=any; \
    since=$(mktemp); \
    apt-get install --yes --no-install-recommends --only-upgrade -o Acquire::Retries=3 -- 'curl' 'git'; \
    ! command -v python3 > /dev/null || python3 -c 'exec("\"\"\"Lets the executor see what apt has replaced, though it be of the same time and size: ReplacedFiles.cs says why.\n\nArguments: a file that is as old as the step, and the folder to look through, on its own file system alone. What was\nwritten since and claims to be older gets a fraction of its second; Python'\''s compiled files note whole ones.\n\"\"\"\nimport os\nimport stat\nimport sys\nimport time\n\nSECOND = 1000000000\n\n\ndef replaced(top, since):\n    device = os.lstat(top).st_dev\n    for folder, folders, files in os.walk(top, onerror=lambda error: None):\n        folders[:] = [name for name in folders if on_device(os.path.join(folder, name), device)]\n        for name in files:\n            path = os.path.join(folder, name)\n            try:\n                found = os.lstat(path)\n            except OSError:\n                continue\n            # Nobody sets the time of the last change.\n            if stat.S_ISREG(found.st_mode) and found.st_ctime_ns >= since > found.st_mtime_ns:\n                yield path, found\n\n\ndef on_device(path, device):\n    try:\n        return os.lstat(path).st_dev == device\n    except OSError:\n        return False\n\n\ndef main(start, top):\n    since = os.lstat(start).st_mtime_ns\n    # Below a tenth of a second, which no rounding makes the next one.\n    part = time.time_ns() % (SECOND // 10 - 1) + 1\n    for path, found in list(replaced(top, since)):\n        try:\n            os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns // SECOND * SECOND + part))\n        except OSError:\n            continue\n\n\nmain(sys.argv[1], sys.argv[2])\n")' $since /; \
    rm -f $since; \
    rm -rf /var/lib/apt/lists/*
RUN set -eu; \
    trap 'code=$?; [ $code = 0 ] || echo "gemma-operator: step system-updates failed with exit status $code" >&2' EXIT; \
    echo "cache epoch: ${CACHE_EPOCH}"; \
    { (set -o pipefail) 2> /dev/null && set +o pipefail; } || :; \
    mkdir -p /opt/gemma; \
    result=Unsupported changed=0 manager=none work=$(mktemp -d); \
    : > $work/held > $work/log; \
    for each in apt-get microdnf dnf yum zypper apk pacman; do if command -v $each > /dev/null 2>&1; then manager=$each; break; fi; done; \
    list() { dpkg-query -W -f '${Package}:${Architecture}\t${Version}\t${Status}\t${Maintainer}\n' | LC_ALL=C sort > $work/$1; }; \
    try() { timeout 900 "$@" > $work/log 2>&1 < /dev/null || result=Unavailable; }; \
    if [ $manager = apt-get ] && command -v dpkg-query > /dev/null; then result=Updated; \
    export DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical UCF_FORCE_CONFFOLD=1 LC_ALL=C; \
    options="-q -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache="; \
    try apt-get $options check; \
    [ $result != Updated ] || try apt-get $options -o APT::Update::Error-Mode=any update; \
    if [ $result = Updated ] && ! apt-cache $options policy | grep -v a=now | grep -qE 'release .*[a-z]='; then result=Unsupported; fi; \
    if [ $result = Updated ]; then list before; \
    awk -F '\t' -v names='^(cuda|cudnn|cutensor|cudss|datacenter-gpu-manager|gds-tools|nccl|nsight|nvidia|nvshmem|tensorrt|libcu(blas|dart|dadebugger|dla|dnn|dss|fft|file|inj|mpi|obj|pti|rand|solver|sparse|tensor)|libn(ccl|pp|sight|vblas|vfatbin|vgraph|vidia|vinfer|vjitlink|vjpeg|vml|vonnxparsers|vparsers|vperf|vptxcompiler|vrm|vrtc|vshmem|vtoolsext|vvm)|libaccinj|libthrust|libtorch|python3-torch|python3-triton)' -v maintainers='@([a-z0-9.-]+[.])?(nvidia|mellanox)[.]com>' -v pins=' ' '$3 ~ / ok installed$/ { name = $1; sub(/:.*/, "", name); if ($3 ~ /^hold / || $4 ~ maintainers || name ~ names || index(pins, " " name " ")) { print $1 " " $2 > file; if ($3 !~ /^hold /) print $1 } }' file=$work/held $work/before > $work/hold; \
    xargs -r apt-mark hold < $work/hold > /dev/null; \
    try apt-get $options --yes --with-new-pkgs --no-install-recommends --download-only upgrade; \
    [ $result != Updated ] || apt-get $options --yes --with-new-pkgs --no-install-recommends upgrade < /dev/null; \
    xargs -r apt-mark unhold < $work/hold > /dev/null; \
    list after; \
    changed=$(LC_ALL=C comm -13 $work/before $work/after | wc -l); \
    [ $changed = 0 ] || ! command -v python3 > /dev/null || python3 -c 'exec("\"\"\"Lets the executor see what apt has replaced, though it be of the same time and size: ReplacedFiles.cs says why.\n\nArguments: a file that is as old as the step, and the folder to look through, on its own file system alone. What was\nwritten since and claims to be older gets a fraction of its second; Python'\''s compiled files note whole ones.\n\"\"\"\nimport os\nimport stat\nimport sys\nimport time\n\nSECOND = 1000000000\n\n\ndef replaced(top, since):\n    device = os.lstat(top).st_dev\n    for folder, folders, files in os.walk(top, onerror=lambda error: None):\n        folders[:] = [name for name in folders if on_device(os.path.join(folder, name), device)]\n        for name in files:\n            path = os.path.join(folder, name)\n            try:\n                found = os.lstat(path)\n            except OSError:\n                continue\n            # Nobody sets the time of the last change.\n            if stat.S_ISREG(found.st_mode) and found.st_ctime_ns >= since > found.st_mtime_ns:\n                yield path, found\n\n\ndef on_device(path, device):\n    try:\n        return os.lstat(path).st_dev == device\n    except OSError:\n        return False\n\n\ndef main(start, top):\n    since = os.lstat(start).st_mtime_ns\n    # Below a tenth of a second, which no rounding makes the next one.\n    part = time.time_ns() % (SECOND // 10 - 1) + 1\n    for path, found in list(replaced(top, since)):\n        try:\n            os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns // SECOND * SECOND + part))\n        except OSError:\n            continue\n\n\nmain(sys.argv[1], sys.argv[2])\n")' $work/before /; \
    fi; \
    apt-get clean; \
    rm -rf /var/lib/apt/lists/*; \
    [ $changed = 0 ] || rm -rf /var/log/apt/* /var/log/dpkg.log /var/log/alternatives.log /var/cache/ldconfig/aux-cache; \
    fi; \
    { printf '%s %s\n' policy All result $result manager $manager changed $changed; grep -E '^(E|Error): ' $work/log | head -n 1 | cut -c 1-300 | sed 's/^/said /'; sed 's/^/held /' $work/held; } > /opt/gemma/system-updates; \
    rm -rf $work; \
    echo "system updates: $result, $changed packages changed"
ARG GEMMA_UPLOADED_BEFORE=
ARG GEMMA_YOUNGER_FIXES=
RUN set -eu; \
    trap 'code=$?; [ $code = 0 ] || echo "gemma-operator: step requirements failed with exit status $code" >&2' EXIT; \
    echo "cache epoch: ${CACHE_EPOCH}"; \
    work=$(mktemp -d); \
    list() { python3 -c 'exec("\"\"\"What a patch needs to know of the Python distributions of the image that it is put onto.\n\nmovable NOTE              prints the names of what pip has brought on top of the base, which may move. All else came with\n                          the base or by apt: NOTE, the list of that, gets its versions of now.\nwanted BEFORE FILE        prints the names in BEFORE, and the requirements in FILE but for those of what came with the base.\nkept BEFORE FILE          prints those, as constraints: a build of everything finds them met by the base.\nunneeded BEFORE FILE      prints the names in BEFORE that nothing needs any more: neither the requirements in FILE, nor\n                          anything that they or the base need, whatever the extra or the marker.\n\"\"\"\nimport importlib.metadata\nimport re\nimport sys\n\n\ndef normal(name):\n    return re.sub(\"[-_.]+\", \"-\", name or \"\").lower()\n\n\ndef installed():\n    \"\"\"The first of two distributions of one name wins, as it does on import.\"\"\"\n    found = {}\n    for distribution in importlib.metadata.distributions():\n        name = normal(distribution.metadata[\"Name\"])\n        if re.fullmatch(\"[a-z0-9]([a-z0-9-]*[a-z0-9])?\", name):\n            found.setdefault(name, distribution)\n    return found\n\n\ndef is_by_pip(distribution):\n    return (distribution.read_text(\"INSTALLER\") or \"\").strip() == \"pip\"\n\n\ndef movable(note):\n    with open(note) as file:\n        text = file.read()\n    base = dict(line.strip().split(\"==\", 1) for line in text.splitlines() if \"==\" in line)\n    there = installed()\n    names = sorted(name for name, one in there.items() if base.get(name) != str(one.version) and is_by_pip(one))\n    base.update((name, str(one.version)) for name, one in there.items() if name not in names)\n    now = \"\".join(\"%s==%s\\n\" % pair for pair in sorted(base.items()))\n    if now != text:\n        with open(note, \"w\") as file:\n            file.write(now)\n    return names\n\n\ndef names_in(lines):\n    for line in lines:\n        match = re.match(\"[A-Za-z0-9][A-Za-z0-9._-]*\", line)\n        if match:\n            yield normal(match[0])\n\n\ndef read(before, requirements):\n    \"\"\"(names that may move, lines of requirements about what is there and may not, all other lines)\"\"\"\n    with open(before) as file:\n        moving = set(names_in(file))\n    with open(requirements) as file:\n        lines = file.read().splitlines()\n    there = installed()\n    kept = [line for line in lines if any(name in there and name not in moving for name in names_in([line]))]\n    return moving, kept, [line for line in lines if line not in kept]\n\n\ndef wanted(before, requirements):\n    moving, _, lines = read(before, requirements)\n    return lines + sorted(moving)\n\n\ndef kept(before, requirements):\n    \"\"\"Constraints have no extras.\"\"\"\n    return [re.sub(r\"^([A-Za-z0-9._-]+)\\[[^]]*\\]\", r\"\\1\", line) for line in read(before, requirements)[1]]\n\n\ndef unneeded(before, requirements):\n    with open(before) as file:\n        candidates = set(names_in(file))\n    there = installed()\n    with open(requirements) as file:\n        open_ends = [*names_in(file), *(name for name in there if name not in candidates)]\n    needed = set()\n    while open_ends:\n        name = open_ends.pop()\n        if name not in needed:\n            needed.add(name)\n            open_ends.extend(names_in(there[name].requires or []) if name in there else [])\n    return sorted(name for name in candidates if name in there and name not in needed)\n\n\nfor each in {\"movable\": movable, \"wanted\": wanted, \"kept\": kept, \"unneeded\": unneeded}[sys.argv[1]](*sys.argv[2:]):\n    print(each)\n")' "$@"; }; \
    list movable /opt/gemma/base-python-packages > $work/movable.txt; \
    list wanted $work/movable.txt /opt/gemma/requirements.txt > $work/wanted.txt; \
    list kept $work/movable.txt /opt/gemma/requirements.txt > $work/kept.txt; \
    export PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1; \
    echo "packages of before ${GEMMA_UPLOADED_BEFORE:?}, and of later for fixes: ${GEMMA_YOUNGER_FIXES:-none}"; \
    own=$(mktemp -d); \
    case "$(python3 -m pip install --help)" in *--uploaded-prior-to*) pip="python3 -m pip";; *) python3 -m pip install --target $own --no-deps --no-cache-dir --no-compile --only-binary :all: pip==26.0.1 || { echo "gemma-operator: this base's pip doesn't know --uploaded-prior-to" >&2; exit 1; }; rm -rf $own/*.dist-info; pip="python3 $own/pip";; esac; \
    $pip install --no-cache-dir --uploaded-prior-to "$GEMMA_UPLOADED_BEFORE" --constraint /opt/gemma/constraints.txt --upgrade --upgrade-strategy only-if-needed --constraint $work/kept.txt --requirement $work/wanted.txt; \
    [ ! -s $work/kept.txt ] || $pip install --no-cache-dir --uploaded-prior-to "$GEMMA_UPLOADED_BEFORE" --constraint /opt/gemma/constraints.txt --requirement /opt/gemma/requirements.txt; \
    for fix in ${GEMMA_YOUNGER_FIXES:-}; do ! python3 -c 'exec("\"\"\"Tells whether a fix is to be put in place although it is young: exits with 0 then.\n\nIts arguments are the fix, as name==version, and the note of what came with the base, which a build leaves as it is.\n\"\"\"\nimport importlib.metadata\nimport re\nimport sys\n\ntry:\n    from pip._vendor.packaging.version import Version\nexcept ImportError:\n    from packaging.version import Version\n\n\ndef normal(name):\n    return re.sub(\"[-_.]+\", \"-\", name or \"\").lower()\n\n\ndef installed(name):\n    \"\"\"The version of the first distribution of a name, which is the one that an import finds.\"\"\"\n    found = (one.version for one in importlib.metadata.distributions() if normal(one.metadata[\"Name\"]) == name)\n    return next(found, None)\n\n\ndef is_wanted(fix, note):\n    name, version = fix.split(\"==\")\n    with open(note) as file:\n        base = dict(line.strip().split(\"==\", 1) for line in file if \"==\" in line)\n    there = installed(normal(name))\n    return bool(there) and base.get(normal(name)) != there and Version(there) < Version(version)\n\n\nsys.exit(0 if is_wanted(*sys.argv[1:]) else 1)\n")' "$fix" /opt/gemma/base-python-packages || $pip install --no-cache-dir --constraint /opt/gemma/constraints.txt --no-deps "$fix" || echo "gemma-operator: $fix can't be installed, and what is there stays"; done; \
    [ -z "${GEMMA_YOUNGER_FIXES:-}" ] || $pip install --no-cache-dir --constraint /opt/gemma/constraints.txt --uploaded-prior-to "$GEMMA_UPLOADED_BEFORE" --requirement /opt/gemma/requirements.txt; \
    list unneeded $work/movable.txt /opt/gemma/requirements.txt > $work/unneeded.txt; \
    [ ! -s $work/unneeded.txt ] || python3 -m pip uninstall --yes --requirement $work/unneeded.txt; \
    rm -rf $work; \
    rm -rf $own
USER 10001:10001
