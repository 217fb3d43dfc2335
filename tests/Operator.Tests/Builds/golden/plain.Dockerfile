# Rendered by Gemma Operator. To change it, change the GemmaBaseImage.
# BASE_IMAGE is given with its digest when it is built.
ARG BASE_IMAGE=pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime

FROM ${BASE_IMAGE} AS system
USER 0:0
ARG CACHE_EPOCH=
RUN set -eu; \
    trap 'code=$?; [ $code = 0 ] || echo "gemma-operator: step system-packages failed with exit status $code" >&2' EXIT; \
    echo "cache epoch: ${CACHE_EPOCH}"; \
    export DEBIAN_FRONTEND=noninteractive; \
    apt-get update -o Acquire::Retries=3 -o APT::Update::Error-Mode=any; \
    apt-get install --yes --no-install-recommends -o Acquire::Retries=3 -- 'curl' 'git'; \
    rm -rf /var/lib/apt/lists/*

FROM system AS python
ENV PIP_BREAK_SYSTEM_PACKAGES="1" PYTHONUNBUFFERED="1"
COPY requirements.txt /opt/gemma/requirements.txt
ARG CACHE_EPOCH=
RUN set -eu; \
    trap 'code=$?; [ $code = 0 ] || echo "gemma-operator: step requirements failed with exit status $code" >&2' EXIT; \
    echo "cache epoch: ${CACHE_EPOCH}"; \
    python3 -c 'import importlib.metadata as m, re; p = {}; [p.setdefault((d.metadata["Name"] or "").lower().replace("_", "-"), d.version) for d in m.distributions()]; [print(n + "==" + v) for n, v in sorted(p.items()) if re.fullmatch("torch|torchvision|torchaudio|triton|pytorch-triton|nvidia-.+-cu[0-9]+", n)]' > /opt/gemma/constraints.txt; \
    export PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1; \
    python3 -m pip install --no-cache-dir --constraint /opt/gemma/constraints.txt --requirement /opt/gemma/requirements.txt

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
