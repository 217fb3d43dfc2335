#!/usr/bin/env bash
# Writes a krew manifest for archives of kubectl-gemma: deploy/krew.sh VERSION BASE_URL ARCHIVE...
# Each archive is named kubectl-gemma-PLATFORM.tar.gz; its checksum is taken from the file.
set -euo pipefail

die() { echo "krew: $*" >&2; exit 2; }
(($# >= 3)) || die "usage: deploy/krew.sh VERSION BASE_URL ARCHIVE..."
version=$1 base=$2
shift 2
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || die "VERSION: '$version' is no version"
[[ $base == https://* ]] || die "BASE_URL: '$base' isn't https://"

cat <<END
apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: gemma
spec:
  version: v$version
  homepage: ${base%%/releases/*}
  shortDescription: Look after Gemma base images
  description: |
    Lists GemmaBaseImages and says why and when they are built, shows builds, logs, events and cost,
    asks for builds, pins, rolls back, approves and suspends, and renders what the operator would make
    of a manifest.
  platforms:
END
for archive in "$@"; do
    [[ -f $archive ]] || die "$archive: there is no such file"
    file=$(basename "$archive")
    platform=${file#kubectl-gemma-}
    platform=${platform%.tar.gz}
    os=${platform%-*} arch=${platform##*-} program=kubectl-gemma
    case $os in
        linux) ;;
        osx) os=darwin ;;
        win) os=windows program=kubectl-gemma.exe ;;
        *) die "$file: it isn't named kubectl-gemma-PLATFORM.tar.gz" ;;
    esac
    [[ $arch != x64 ]] || arch=amd64
    read -r sum _ < <(sha256sum "$archive")
    cat <<END
  - selector:
      matchLabels:
        os: $os
        arch: $arch
    uri: $base/$file
    sha256: $sum
    bin: $program
    files:
    - from: $program
      to: .
    - from: LICENSE
      to: .
END
done
