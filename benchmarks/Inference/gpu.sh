#!/usr/bin/env bash
# The GPU figures of the inference server beside transformers, on one GPU, in one go: two JSON lines.
# Needs the .NET SDK, and python3 with torch 2.10 or newer (CUDA) and transformers. GEMMA_GPU_BANDWIDTH is the card's memory bandwidth
# in GB/s, from its data sheet (H100 SXM 3350, A100 80GB 2039, L4 300).
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${GEMMA_GPU_BANDWIDTH:?set it to the bandwidth of the memory in GB/s}"
GEMMA_TORCH_LIB="$(python3 -c 'import importlib.util, os; print(os.path.join(os.path.dirname(importlib.util.find_spec("torch").origin), "lib"))')"
export GEMMA_TORCH_LIB GEMMA_GPU_BANDWIDTH
dotnet run -c Release --project benchmarks -- inference
python3 benchmarks/Inference/transformers_decode.py
