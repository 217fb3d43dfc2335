# Rendered by Gemma Operator. To change it, change the GemmaBaseImage.
# BASE_IMAGE is given with its digest when it is built.
ARG BASE_IMAGE=pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime

FROM ${BASE_IMAGE} AS system
USER 0:0
ARG CACHE_EPOCH=
ARG HF_ENDPOINT
RUN set -eu; \
    trap 'code=$?; [ $code = 0 ] || echo "gemma-operator: step system-packages failed with exit status $code" >&2' EXIT; \
    echo "cache epoch: ${CACHE_EPOCH}"; \
    trust=$(mktemp -d); \
    for each in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /gemma-ca/ca.crt; do if [ -f $each ]; then cat $each; echo; fi; done > $trust/ca.crt; \
    printf 'Acquire::https::CAInfo "%s";\n' $trust/ca.crt > $trust/apt.conf; \
    chmod -R a+rX $trust; \
    export APT_CONFIG=$trust/apt.conf CURL_CA_BUNDLE=$trust/ca.crt GIT_SSL_CAINFO=$trust/ca.crt NODE_EXTRA_CA_CERTS=$trust/ca.crt PIP_CERT=$trust/ca.crt REQUESTS_CA_BUNDLE=$trust/ca.crt SSL_CERT_FILE=$trust/ca.crt; \
    export DEBIAN_FRONTEND=noninteractive; \
    apt-get update -o Acquire::Retries=3 -o APT::Update::Error-Mode=any; \
    since=$(mktemp); \
    apt-get install --yes --no-install-recommends -o Acquire::Retries=3 -- 'curl' 'git'; \
    ! command -v python3 > /dev/null || python3 -c 'exec("\"\"\"Lets the executor see what apt has replaced, though it be of the same time and size: ReplacedFiles.cs says why.\n\nArguments: a file that is as old as the step, and the folder to look through, on its own file system alone. What was\nwritten since and claims to be older gets a fraction of its second; Python'\''s compiled files note whole ones. Of a link\nthe executor compares the length of its target alone, so that it is touched itself, and never what it points at.\n\"\"\"\nimport os\nimport stat\nimport sys\nimport time\n\nSECOND = 1000000000\nTOUCHES_LINKS = os.utime in os.supports_follow_symlinks\n\n\ndef replaced(top, since):\n    device = os.lstat(top).st_dev\n    for folder, folders, files in os.walk(top, onerror=lambda error: None):\n        # Links to folders are among these.\n        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]\n        folders[:] = [name for name in folders if on_device(os.path.join(folder, name), device)]\n        for name in files + links:\n            path = os.path.join(folder, name)\n            try:\n                found = os.lstat(path)\n            except OSError:\n                continue\n            is_seen = stat.S_ISREG(found.st_mode) or (stat.S_ISLNK(found.st_mode) and TOUCHES_LINKS)\n            # Nobody sets the time of the last change.\n            if is_seen and found.st_ctime_ns >= since > found.st_mtime_ns:\n                yield path, found\n\n\ndef on_device(path, device):\n    try:\n        return os.lstat(path).st_dev == device\n    except OSError:\n        return False\n\n\ndef main(start, top):\n    since = os.lstat(start).st_mtime_ns\n    # Below a tenth of a second, which no rounding makes the next one.\n    part = int(time.time() * SECOND) % (SECOND // 10 - 1) + 1\n    for path, found in list(replaced(top, since)):\n        try:\n            times = (found.st_atime_ns, found.st_mtime_ns // SECOND * SECOND + part)\n            os.utime(path, ns=times, follow_symlinks=not stat.S_ISLNK(found.st_mode))\n        except OSError:\n            continue\n\n\nmain(sys.argv[1], sys.argv[2])\n")' $since /; \
    rm -f $since; \
    rm -rf /var/lib/apt/lists/*; \
    rm -rf $trust
RUN set -eu; \
    trap 'code=$?; [ $code = 0 ] || echo "gemma-operator: step system-updates failed with exit status $code" >&2' EXIT; \
    echo "cache epoch: ${CACHE_EPOCH}"; \
    trust=$(mktemp -d); \
    for each in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /gemma-ca/ca.crt; do if [ -f $each ]; then cat $each; echo; fi; done > $trust/ca.crt; \
    printf 'Acquire::https::CAInfo "%s";\n' $trust/ca.crt > $trust/apt.conf; \
    chmod -R a+rX $trust; \
    export APT_CONFIG=$trust/apt.conf CURL_CA_BUNDLE=$trust/ca.crt GIT_SSL_CAINFO=$trust/ca.crt NODE_EXTRA_CA_CERTS=$trust/ca.crt PIP_CERT=$trust/ca.crt REQUESTS_CA_BUNDLE=$trust/ca.crt SSL_CERT_FILE=$trust/ca.crt; \
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
    [ $changed = 0 ] || ! command -v python3 > /dev/null || python3 -c 'exec("\"\"\"Lets the executor see what apt has replaced, though it be of the same time and size: ReplacedFiles.cs says why.\n\nArguments: a file that is as old as the step, and the folder to look through, on its own file system alone. What was\nwritten since and claims to be older gets a fraction of its second; Python'\''s compiled files note whole ones. Of a link\nthe executor compares the length of its target alone, so that it is touched itself, and never what it points at.\n\"\"\"\nimport os\nimport stat\nimport sys\nimport time\n\nSECOND = 1000000000\nTOUCHES_LINKS = os.utime in os.supports_follow_symlinks\n\n\ndef replaced(top, since):\n    device = os.lstat(top).st_dev\n    for folder, folders, files in os.walk(top, onerror=lambda error: None):\n        # Links to folders are among these.\n        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]\n        folders[:] = [name for name in folders if on_device(os.path.join(folder, name), device)]\n        for name in files + links:\n            path = os.path.join(folder, name)\n            try:\n                found = os.lstat(path)\n            except OSError:\n                continue\n            is_seen = stat.S_ISREG(found.st_mode) or (stat.S_ISLNK(found.st_mode) and TOUCHES_LINKS)\n            # Nobody sets the time of the last change.\n            if is_seen and found.st_ctime_ns >= since > found.st_mtime_ns:\n                yield path, found\n\n\ndef on_device(path, device):\n    try:\n        return os.lstat(path).st_dev == device\n    except OSError:\n        return False\n\n\ndef main(start, top):\n    since = os.lstat(start).st_mtime_ns\n    # Below a tenth of a second, which no rounding makes the next one.\n    part = int(time.time() * SECOND) % (SECOND // 10 - 1) + 1\n    for path, found in list(replaced(top, since)):\n        try:\n            times = (found.st_atime_ns, found.st_mtime_ns // SECOND * SECOND + part)\n            os.utime(path, ns=times, follow_symlinks=not stat.S_ISLNK(found.st_mode))\n        except OSError:\n            continue\n\n\nmain(sys.argv[1], sys.argv[2])\n")' $work/before /; \
    fi; \
    apt-get clean; \
    rm -rf /var/lib/apt/lists/*; \
    [ $changed = 0 ] || rm -rf /var/log/apt/* /var/log/dpkg.log /var/log/alternatives.log /var/cache/ldconfig/aux-cache; \
    fi; \
    { printf '%s %s\n' policy All result $result manager $manager changed $changed; grep -E '^(E|Error): ' $work/log | head -n 1 | cut -c 1-300 | sed 's/^/said /'; sed 's/^/held /' $work/held; } > /opt/gemma/system-updates; \
    rm -rf $work; \
    echo "system updates: $result, $changed packages changed"; \
    rm -rf $trust

FROM system AS python
ENV PIP_BREAK_SYSTEM_PACKAGES="1" PYTHONUNBUFFERED="1"
COPY requirements.txt /opt/gemma/requirements.txt
ARG CACHE_EPOCH=
ARG HF_ENDPOINT
RUN set -eu; \
    trap 'code=$?; [ $code = 0 ] || echo "gemma-operator: step requirements failed with exit status $code" >&2' EXIT; \
    echo "cache epoch: ${CACHE_EPOCH}"; \
    trust=$(mktemp -d); \
    for each in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /gemma-ca/ca.crt; do if [ -f $each ]; then cat $each; echo; fi; done > $trust/ca.crt; \
    python3 -c 'import pip._vendor.certifi as c; print(open(c.where()).read())' >> $trust/ca.crt 2> /dev/null || :; \
    printf 'Acquire::https::CAInfo "%s";\n' $trust/ca.crt > $trust/apt.conf; \
    chmod -R a+rX $trust; \
    export APT_CONFIG=$trust/apt.conf CURL_CA_BUNDLE=$trust/ca.crt GIT_SSL_CAINFO=$trust/ca.crt NODE_EXTRA_CA_CERTS=$trust/ca.crt PIP_CERT=$trust/ca.crt REQUESTS_CA_BUNDLE=$trust/ca.crt SSL_CERT_FILE=$trust/ca.crt; \
    export NETRC=/gemma-index/netrc; \
    python3 -c 'import importlib.metadata as m, re; p = {}; [p.setdefault((d.metadata["Name"] or "").lower().replace("_", "-"), d.version) for d in m.distributions()]; [print(n + "==" + v) for n, v in sorted(p.items()) if re.fullmatch("torch|torchvision|torchaudio|triton|pytorch-triton|nvidia-.+-cu[0-9]+", n)]' > /opt/gemma/constraints.txt; \
    python3 -c 'import importlib.metadata as m, re; p = {}; [p.setdefault(re.sub("[-_.]+", "-", d.metadata["Name"] or "").lower(), d.version) for d in m.distributions()]; [print(n + "==" + str(v)) for n, v in sorted(p.items()) if n]' > /opt/gemma/base-python-packages; \
    export PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1; \
    python3 -m pip install --no-cache-dir --constraint /opt/gemma/constraints.txt --index-url 'https://pypi.example.com/simple' --requirement /opt/gemma/requirements.txt; \
    rm -rf $trust

FROM python AS final
USER 0:0
RUN set -eu; \
    trap 'code=$?; [ $code = 0 ] || echo "gemma-operator: step finish failed with exit status $code" >&2' EXIT; \
    mkdir -p /opt/gemma; \
    python3 -c 'import importlib.util as u, os, sys; s = u.find_spec("torch"); p = os.path.join(os.path.dirname(s.origin), "lib") if s and s.origin else ""; print(p) if os.path.isdir(p) else sys.exit("gemma-operator: torch is not installed in this image")' > /opt/gemma/torch-lib-path; \
    user='appuser'; \
    getent group 10001 > /dev/null || ! getent group "$user" > /dev/null || user=gemma-10001; \
    getent passwd 10001 > /dev/null || ! getent passwd "$user" > /dev/null || user=gemma-10001; \
    getent group 10001 > /dev/null || groupadd --gid 10001 "$user"; \
    getent passwd 10001 > /dev/null || useradd --no-log-init --uid 10001 --gid 10001 --create-home --shell /bin/sh "$user"
LABEL gemmaoperator.io/pytorch="2.10.0" \
    gemmaoperator.io/cuda="12.8" \
    gemmaoperator.io/cudnn="9" \
    gemmaoperator.io/torch-lib-path-file="/opt/gemma/torch-lib-path"
USER 10001:10001
