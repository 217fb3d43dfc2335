#!/usr/bin/env bash
# Builds the operator's image and the inference server's layers image, pushes both, and writes what an installation
# needs to run them, by digest. Needs the .NET SDK and nothing else; `make images` runs it.
#
#   REGISTRY     where they go, host/path; needed
#   TAG          their tag; the version of Directory.Build.props when empty
#   BASE_IMAGE   what the operator's image stands on; a mirror's copy where Microsoft's registry can't be reached, or any
#                image with glibc, libstdc++, OpenSSL 3, CA certificates and time zones: .NET itself is in the layer above
#   ARCH         x64 or arm64, of the operator's image; the inference server is made for x64
#   INSECURE     1: the registry (and the base image's, where it is the same) is spoken to over plain HTTP
#   OUT          folder for the archives and what is published; deploy/images/out when empty
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

registry=${REGISTRY:-} tag=${TAG:-} arch=${ARCH:-x64} insecure=${INSECURE:-} out=${OUT:-$PWD/deploy/images/out}
base=${BASE_IMAGE:-mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled-extra}
die() { echo "images: $*" >&2; exit 2; }

[[ -n $registry ]] || die "REGISTRY is missing: make images REGISTRY=europe-west1-docker.pkg.dev/my-project/gemma"
[[ $registry =~ ^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*$ && $registry == *[.:]* || $registry == localhost/* ]] \
    || die "REGISTRY: '$registry' isn't host/path in lower case, with a dot or a port in the host"
[[ $arch == x64 || $arch == arm64 ]] || die "ARCH: '$arch' is neither x64 nor arm64"
[[ -z $insecure || $insecure == 1 ]] || die "INSECURE: '$insecure' is neither 1 nor empty"
[[ -n $tag ]] || tag=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
[[ $tag =~ ^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$ ]] || die "TAG: '$tag' can't be a tag"
[[ $(uname -sm) == "Linux x86_64" ]] || die "the inference server packs its own image, on Linux x64; this is $(uname -sm)"
command -v dotnet >/dev/null || die "the .NET SDK isn't installed: https://dotnet.microsoft.com/download"

host=${registry%%/*} plain=()
if [[ -n $insecure ]]; then
    export DOTNET_CONTAINER_INSECURE_REGISTRIES=$host
    plain=(--insecure)
fi
mkdir -p "$out"

echo "== operator, linux-$arch, on $base" >&2
dotnet publish operator --configuration Release --runtime "linux-$arch" --self-contained -t:PublishContainer \
    -p:ContainerBaseImage="$base" -p:ContainerImageFormat=OCI -p:ContainerImageTag="$tag" \
    -p:ContainerArchiveOutputPath="$out/gemma-operator.tar" --nologo --verbosity quiet >&2

echo "== inference server, linux-x64, without a base" >&2
rm -rf "$out/inference"
dotnet publish inference --configuration Release --runtime linux-x64 --self-contained --output "$out/inference" \
    --nologo --verbosity quiet >&2
"$out/inference/gemma-inference" write-image "$out/gemma-inference.tar" >&2

# The program that pushes is the operator itself, built for this machine.
push() {
    echo "== pushing $2" >&2
    dotnet run --project operator --configuration Release --verbosity quiet -- push "$1" "$2" ${plain[@]+"${plain[@]}"}
}
operator=$(push "$out/gemma-operator.tar" "$registry/gemma-operator:$tag")
server=$(push "$out/gemma-inference.tar" "$registry/gemma-inference:$tag")

deploy/write-images.sh "$operator" "$server" ${insecure:+"$host"}
echo "$operator"
echo "$server"
echo "Written: deploy/images/values.yaml for Helm, deploy/images/kustomization.yaml for kubectl apply -k." >&2
