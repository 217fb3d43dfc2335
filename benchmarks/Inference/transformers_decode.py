"""Time per output token of Hugging Face's transformers for the shapes that GpuDecode.cs measures, on the same GPU.

Random weights in bfloat16, a prompt of 128 tokens, greedy. Prints one JSON line. Needs torch and transformers.
Usage: python3 transformers_decode.py
"""
import json
import time

import torch
from transformers import AutoModelForCausalLM, Gemma2Config, Gemma3TextConfig, GemmaConfig

PROMPT, STEPS = 128, 64


def measure(model, batch):
    prompt = torch.randint(5, 1000, (batch, PROMPT), device="cuda")

    def run(tokens):
        torch.cuda.synchronize()
        start = time.perf_counter()
        model.generate(
            prompt, attention_mask=torch.ones_like(prompt), do_sample=False, min_new_tokens=tokens, max_new_tokens=tokens, pad_token_id=0)
        torch.cuda.synchronize()
        return time.perf_counter() - start

    run(8)
    # The difference of two lengths leaves the prompt's own time out.
    return (run(STEPS + 1) - run(1)) / STEPS * 1000


def main():
    results = []
    for name, config in (("gemma2-2b", Gemma2Config()), ("gemma3-2b", Gemma3TextConfig()), ("gemma-7b", GemmaConfig())):
        with torch.device("cuda"):
            model = AutoModelForCausalLM.from_config(config, torch_dtype=torch.bfloat16).eval()
        for batch in (1, 8, 32):
            with torch.inference_mode():
                results.append({"model": name, "batch": batch, "millisecondsPerToken": round(measure(model, batch), 3)})
        del model
        torch.cuda.empty_cache()
    print(json.dumps({"benchmark": "transformers", "device": torch.cuda.get_device_name(), "gpu": results}))


if __name__ == "__main__":
    main()
