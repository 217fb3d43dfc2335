ARG BASE_IMAGE
FROM ${BASE_IMAGE}
ARG CACHE_EPOCH
RUN echo "$CACHE_EPOCH"

# From here on: added by Gemma Operator.
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
