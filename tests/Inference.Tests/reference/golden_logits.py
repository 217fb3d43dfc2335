"""Golden logits of tiny Gemma 1, 2 and 3, by a plain and independent reference.

Weights come from a documented hash (see HashedWeights.cs), computations run in float64, one query head at a time.
Needs Debian's python3-torch. Usage: python3 golden_logits.py > golden_logits.json
"""
import json
import math

import torch

MASK = (1 << 64) - 1


def hashed(name, shape):
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & MASK
    if len(shape) == 1:
        scale = 1.0
    else:
        scale = math.sqrt(12) / math.sqrt(shape[1])
    scale = torch.tensor(scale, dtype=torch.float32)
    values = []
    for _ in range(math.prod(shape)):
        h = (h + 0x9E3779B97F4A7C15) & MASK
        z = h
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        values.append((z >> 40) / 16777216.0 - 0.5)
    return (torch.tensor(values, dtype=torch.float32) * scale).reshape(shape).double()


def norm(x, w, eps):
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + eps) * (1 + w)


def rotate(x, theta, factor):
    positions, dim = x.shape
    half = dim // 2
    out = torch.empty_like(x)
    for p in range(positions):
        for i in range(half):
            angle = p / factor / theta ** (2 * i / dim)
            a, b = x[p, i], x[p, i + half]
            out[p, i] = a * math.cos(angle) - b * math.sin(angle)
            out[p, i + half] = b * math.cos(angle) + a * math.sin(angle)
    return out


def attention(x, m, prefix, rope, window):
    heads, kv, dim, count = m["heads"], m["kv"], m["dim"], x.shape[0]
    w = lambda n, rows, cols: hashed(prefix + "self_attn." + n + ".weight", [rows, cols])
    q = x @ w("q_proj", heads * dim, m["hidden"]).T
    k = x @ w("k_proj", kv * dim, m["hidden"]).T
    v = x @ w("v_proj", kv * dim, m["hidden"]).T
    outputs = []
    for head in range(heads):
        group = head // (heads // kv)
        qh = q[:, head * dim:(head + 1) * dim]
        kh = k[:, group * dim:(group + 1) * dim]
        vh = v[:, group * dim:(group + 1) * dim]
        if m["generation"] == 3:
            qh = norm(qh, hashed(prefix + "self_attn.q_norm.weight", [dim]), m["eps"])
            kh = norm(kh, hashed(prefix + "self_attn.k_norm.weight", [dim]), m["eps"])
        scores = rotate(qh, *rope) @ rotate(kh, *rope).T / math.sqrt(m["scalar"])
        if m["cap"]:
            scores = m["cap"] * torch.tanh(scores / m["cap"])
        for i in range(count):
            for j in range(count):
                if j > i or j <= i - window:
                    scores[i, j] = -math.inf
        outputs.append(torch.softmax(scores, -1) @ vh)
    return torch.cat(outputs, -1) @ w("o_proj", m["hidden"], heads * dim).T


def mlp(x, m, prefix):
    w = lambda n, rows, cols: hashed(prefix + "mlp." + n + ".weight", [rows, cols])
    gate = x @ w("gate_proj", m["mid"], m["hidden"]).T
    gate = 0.5 * gate * (1 + torch.tanh(math.sqrt(2 / math.pi) * (gate + 0.044715 * gate ** 3)))
    return (gate * (x @ w("up_proj", m["mid"], m["hidden"]).T)) @ w("down_proj", m["hidden"], m["mid"]).T


def forward(tokens, m):
    embed = hashed("model.embed_tokens.weight", [m["vocab"], m["hidden"]])
    x = embed[tokens] * math.sqrt(m["hidden"])
    for layer in range(m["layers"]):
        prefix = f"model.layers.{layer}."
        n = lambda name, y: norm(y, hashed(prefix + name + ".weight", [m["hidden"]]), m["eps"])
        sliding = m["sliding"][layer]
        window = m["window"] if sliding else 10 ** 9
        a = attention(n("input_layernorm", x), m, prefix, m["local"] if sliding else m["global"], window)
        if m["generation"] == 1:
            x = x + a
            x = x + mlp(n("post_attention_layernorm", x), m, prefix)
        else:
            x = x + n("post_attention_layernorm", a)
            x = x + n("post_feedforward_layernorm", mlp(n("pre_feedforward_layernorm", x), m, prefix))
    x = norm(x, hashed("model.norm.weight", [m["hidden"]]), m["eps"])
    logits = x @ embed.T
    if m["final"]:
        logits = m["final"] * torch.tanh(logits / m["final"])
    return logits


SHAPE = dict(vocab=48, hidden=32, mid=40, layers=4, eps=1e-3)
MODELS = [
    (
        dict(SHAPE, generation=1, heads=4, kv=1, dim=8, scalar=8, cap=None, final=None, window=0,
             sliding=[False] * 4, **{"global": (500.0, 1), "local": None}),
        dict(model_type="gemma", vocab_size=48, hidden_size=32, intermediate_size=40, num_hidden_layers=4,
             num_attention_heads=4, num_key_value_heads=1, head_dim=8, rms_norm_eps=1e-3, rope_theta=500.0,
             max_position_embeddings=64, hidden_act="gelu", torch_dtype="float32", eos_token_id=1),
    ),
    (
        dict(SHAPE, generation=2, heads=4, kv=2, dim=8, scalar=11, cap=2.0, final=3.0, window=5,
             sliding=[True, False, True, False], **{"global": (700.0, 1), "local": (700.0, 1)}),
        dict(model_type="gemma2", vocab_size=48, hidden_size=32, intermediate_size=40, num_hidden_layers=4,
             num_attention_heads=4, num_key_value_heads=2, head_dim=8, rms_norm_eps=1e-3, rope_theta=700.0,
             max_position_embeddings=64, query_pre_attn_scalar=11, attn_logit_softcapping=2.0,
             final_logit_softcapping=3.0, sliding_window=5, hidden_activation="gelu_pytorch_tanh",
             torch_dtype="float32", eos_token_id=[1, 7]),
    ),
    (
        dict(SHAPE, generation=3, heads=6, kv=2, dim=8, scalar=10, cap=None, final=None, window=4,
             sliding=[True, True, False, True], **{"global": (9000.0, 4), "local": (300.0, 1)}),
        dict(model_type="gemma3", eos_token_id=[1, 7], dtype="float32", text_config=dict(
             model_type="gemma3_text", vocab_size=48, hidden_size=32, intermediate_size=40, num_hidden_layers=4,
             num_attention_heads=6, num_key_value_heads=2, head_dim=8, rms_norm_eps=1e-3,
             max_position_embeddings=64, query_pre_attn_scalar=10, sliding_window=4,
             layer_types=["sliding_attention", "sliding_attention", "full_attention", "sliding_attention"],
             rope_parameters=dict(
                 full_attention=dict(rope_type="linear", factor=4.0, rope_theta=9000.0),
                 sliding_attention=dict(rope_type="default", rope_theta=300.0)))),
    ),
]

if __name__ == "__main__":
    result = []
    for shape, config in MODELS:
        sequences = []
        for length, start in ((12, 3), (7, 20), (9, 31)):
            tokens = [(start + i * i * 5 + i) % 48 for i in range(length)]
            logits = [[float(f"{value:.8g}") for value in row] for row in forward(tokens, shape).tolist()]
            sequences.append(dict(tokens=tokens, logits=logits))
        result.append(dict(config=config, sequences=sequences))
    print(json.dumps(result, separators=(",", ":")))
