#!/usr/bin/env bash
# The GPU figures of the inference server, and beside them transformers' where they are installed: a JSON line each.
# Needs one GPU, the .NET SDK, and python3 with torch 2.10 or newer (CUDA). GEMMA_GPU_BANDWIDTH, the bandwidth of the card's memory
# in GB/s from its data sheet (H100 SXM 3350, A100 80GB 2039, L4 300), may be set; a copy is measured in any case.
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! GEMMA_TORCH_LIB="$(python3 -c 'import importlib.util, os; print(os.path.join(os.path.dirname(importlib.util.find_spec("torch").origin), "lib"))' 2>/dev/null)"; then
    echo "gpu.sh: python3 has no torch; install torch 2.10 or newer with CUDA" >&2
    exit 1
fi
export GEMMA_TORCH_LIB
dotnet run -c Release --project benchmarks -- inference --only gpu
if python3 -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec("transformers") is None)'; then
    python3 benchmarks/Inference/transformers_decode.py
else
    echo "gpu.sh: python3 has no transformers, so nothing is measured beside" >&2
fi
