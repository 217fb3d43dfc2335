"""Golden logits of tiny Gemma 4 models, and golden embeddings, by a plain and independent reference.

Facts: transformers' models/gemma4 and models/gemma3, sentence-transformers' Pooling, Dense and Normalize. Weights come
from a documented hash (see HashedWeights.cs), computations run in float64, one number at a time; the standard library
is enough. Usage: python3 golden_gemma4.py logits > golden_gemma4.json; python3 golden_gemma4.py embeddings >
golden_embeddings.json
"""
import json
import math
import struct
import sys

MASK = (1 << 64) - 1


def single(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def hashed(name, *shape):
    """Rows of a matrix, or the numbers of a vector, or a list of matrices."""
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & MASK
    scale = 1.0 if len(shape) == 1 else single(math.sqrt(12) / math.sqrt(shape[-1]))
    values = []
    for _ in range(math.prod(shape)):
        h = (h + 0x9E3779B97F4A7C15) & MASK
        z = h
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        values.append(single(((z >> 40) / 16777216.0 - 0.5) * scale))
    for size in reversed(shape[1:]):
        values = [values[at:at + size] for at in range(0, len(values), size)]
    return values


def times(rows, x):
    return [sum(w * v for w, v in zip(row, x)) for row in rows]


def normed(x, weight, eps):
    root = math.sqrt(sum(v * v for v in x) / len(x) + eps)
    return [v / root * (1.0 if weight is None else weight[i]) for i, v in enumerate(x)]


def gelu(x):
    return 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def softmax(values):
    top = max(values)
    powers = [math.exp(v - top) for v in values]
    return [p / sum(powers) for p in powers]


def rotated(x, position, theta, part):
    half = len(x) // 2
    out = list(x)
    for i in range(int(part * len(x) // 2)):
        angle = position / theta ** (2 * i / len(x))
        a, b = x[i], x[i + half]
        out[i] = a * math.cos(angle) - b * math.sin(angle)
        out[i + half] = b * math.cos(angle) + a * math.sin(angle)
    return out


def added(a, b):
    return [x + y for x, y in zip(a, b)]


class Layer:
    def __init__(self, m, index):
        self.m, self.index, self.prefix = m, index, f"model.layers.{index}."
        self.slides = m["sliding"][index]
        self.dim = m["dim"] if self.slides else m.get("global_dim", m["dim"])
        self.kv = m["kv"] if self.slides else m.get("global_kv", m["kv"])
        first = m["layers"] - m.get("shared", 0)
        self.is_shared = index >= first
        self.source = index
        if self.is_shared:
            self.source = max(i for i in range(first) if m["sliding"][i] == self.slides)
        self.mid = m["mid"] * (2 if self.is_shared and m.get("wide") else 1)

    def weight(self, name, *shape):
        return hashed(f"{self.prefix}{name}.weight", *shape)

    def norm(self, name, size):
        one = 0.0 if self.m["generation"] == 4 else 1.0
        return [one + w for w in self.weight(name, size)]

    def heads(self, flat):
        return [flat[at:at + self.dim] for at in range(0, len(flat), self.dim)]

    def attention(self, states, caches):
        m, hidden, eps = self.m, self.m["hidden"], self.m["eps"]
        rope = m["local"] if self.slides else m["global"]
        q = self.weight("self_attn.q_proj", m["heads"] * self.dim, hidden)
        q_norm = self.norm("self_attn.q_norm", self.dim)
        if not self.is_shared:
            k = self.weight("self_attn.k_proj", self.kv * self.dim, hidden)
            k_norm = self.norm("self_attn.k_norm", self.dim)
            v = k if m.get("k_eq_v") and not self.slides else self.weight("self_attn.v_proj", self.kv * self.dim, hidden)
            keys = [[rotated(normed(h, k_norm, eps), at, *rope) for h in self.heads(times(k, x))]
                    for at, x in enumerate(states)]
            values = [self.heads(times(v, x)) for x in states]
            if m["generation"] == 4:
                values = [[normed(h, None, eps) for h in row] for row in values]
            caches[self.index] = keys, values
        keys, values = caches[self.source]
        output = self.weight("self_attn.o_proj", hidden, m["heads"] * self.dim)
        scale = 1.0 if m["generation"] == 4 else 1 / math.sqrt(m["scalar"])
        results = []
        for at, x in enumerate(states):
            mixed = []
            for head, own in enumerate(self.heads(times(q, x))):
                own = rotated(normed(own, q_norm, eps), at, *rope)
                group = head // (m["heads"] // self.kv)
                seen = [j for j in range(len(states)) if self.sees(at, j)]
                scores = softmax([scale * sum(a * b for a, b in zip(own, keys[j][group])) for j in seen])
                mixed += [sum(s * values[j][group][c] for s, j in zip(scores, seen)) for c in range(self.dim)]
            results.append(times(output, mixed))
        return results

    def sees(self, at, j):
        if self.m.get("bidirectional"):
            return not self.slides or abs(at - j) < self.m["window"]
        return j <= at and (not self.slides or j > at - self.m["window"])

    def mlp(self, x):
        hidden = self.m["hidden"]
        gate = times(self.weight("mlp.gate_proj", self.mid, hidden), x)
        up = times(self.weight("mlp.up_proj", self.mid, hidden), x)
        return times(self.weight("mlp.down_proj", hidden, self.mid), [gelu(g) * u for g, u in zip(gate, up)])

    def experts(self, x):
        m, hidden, size = self.m, self.m["hidden"], self.m["expert_mid"]
        scale = hashed(self.prefix + "router.scale", hidden)
        probe = [v * s / math.sqrt(hidden) for v, s in zip(normed(x, None, m["eps"]), scale)]
        chances = softmax(times(self.weight("router.proj", m["experts"], hidden), probe))
        best = sorted(range(m["experts"]), key=lambda e: -chances[e])[:m["top"]]
        total = sum(chances[e] for e in best)
        bonus = hashed(self.prefix + "router.per_expert_scale", m["experts"])
        into = hashed(self.prefix + "experts.gate_up_proj", m["experts"], 2 * size, hidden)
        back = hashed(self.prefix + "experts.down_proj", m["experts"], hidden, size)
        x = normed(x, self.norm("pre_feedforward_layernorm_2", hidden), m["eps"])
        result = [0.0] * hidden
        for e in best:
            both = times(into[e], x)
            inner = times(back[e], [gelu(g) * u for g, u in zip(both[:size], both[size:])])
            result = [r + chances[e] / total * bonus[e] * v for r, v in zip(result, inner)]
        return normed(result, self.norm("post_feedforward_layernorm_2", hidden), m["eps"])

    def apply(self, states, told, caches):
        m, hidden, eps = self.m, self.m["hidden"], self.m["eps"]
        n = {name: self.norm(name, hidden) for name in (
            "input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm")}
        attended = self.attention([normed(x, n["input_layernorm"], eps) for x in states], caches)
        results = []
        for at, (x, a) in enumerate(zip(states, attended)):
            x = added(x, normed(a, n["post_attention_layernorm"], eps))
            y = self.mlp(normed(x, n["pre_feedforward_layernorm"], eps))
            if m.get("experts"):
                y = added(normed(y, self.norm("post_feedforward_layernorm_1", hidden), eps), self.experts(x))
            x = added(x, normed(y, n["post_feedforward_layernorm"], eps))
            if m.get("told"):
                gate = [gelu(g) for g in times(self.weight("per_layer_input_gate", m["told"], hidden), x)]
                y = times(self.weight("per_layer_projection", hidden, m["told"]),
                          [g * t for g, t in zip(gate, told[at][self.index])])
                x = added(x, normed(y, self.norm("post_per_layer_input_norm", hidden), eps))
            if m["generation"] == 4:
                x = [v * hashed(self.prefix + "layer_scalar", 1)[0] for v in x]
            results.append(x)
        return results


def states_of(tokens, m):
    hidden, size, layers = m["hidden"], m.get("told", 0), m["layers"]
    table = hashed("model.embed_tokens.weight", m["vocab"], hidden)
    states = [[v * math.sqrt(hidden) for v in table[token]] for token in tokens]
    told = []
    if size:
        own = hashed("model.embed_tokens_per_layer.weight", m["vocab"], layers * size)
        into = hashed("model.per_layer_model_projection.weight", layers * size, hidden)
        weight = hashed("model.per_layer_projection_norm.weight", size)
        for token, x in zip(tokens, states):
            seen = [v / math.sqrt(hidden) for v in times(into, x)]
            told.append([
                [(a + b * math.sqrt(size)) / math.sqrt(2)
                 for a, b in zip(normed(seen[at:at + size], weight, m["eps"]), own[token][at:at + size])]
                for at in range(0, layers * size, size)])
    caches = {}
    for index in range(layers):
        states = Layer(m, index).apply(states, told, caches)
    one = 0.0 if m["generation"] == 4 else 1.0
    last = [one + w for w in hashed("model.norm.weight", hidden)]
    return [normed(x, last, m["eps"]) for x in states], table


def logits_of(tokens, m):
    states, table = states_of(tokens, m)
    rows = [times(table, x) for x in states]
    return [[m["final"] * math.tanh(v / m["final"]) for v in row] if m["final"] else row for row in rows]


def embedding_of(tokens, m):
    states, _ = states_of(tokens, m)
    x = [sum(column) / len(states) for column in zip(*states)]
    x = times(hashed("2_Dense", 48, m["hidden"]), x)
    x = times(hashed("3_Dense", m["hidden"], 48), x)
    length = math.sqrt(sum(v * v for v in x))
    return [v / length for v in x]


S, F = "sliding_attention", "full_attention"
KINDS = [S, S, F, S, S, F]
SHAPE = dict(generation=4, vocab=48, hidden=32, mid=40, layers=6, eps=1e-3, heads=4, dim=8, window=4,
             sliding=[k == S for k in KINDS], local=(300.0, 1.0), final=3.0)
TEXT = dict(vocab_size=48, hidden_size=32, intermediate_size=40, num_hidden_layers=6, num_attention_heads=4, head_dim=8,
            rms_norm_eps=1e-3, max_position_embeddings=64, sliding_window=4, layer_types=KINDS,
            final_logit_softcapping=3.0, rope_parameters={
                F: dict(rope_type="proportional", partial_rotary_factor=0.25, rope_theta=9000.0),
                S: dict(rope_type="default", rope_theta=300.0)})
MODELS = [
    (
        dict(SHAPE, kv=2, global_kv=1, global_dim=16, k_eq_v=True, **{"global": (9000.0, 0.25)}),
        dict(model_type="gemma4", dtype="float32", eos_token_id=[1, 7], text_config=dict(
            TEXT, model_type="gemma4_text", num_key_value_heads=2, num_global_key_value_heads=1, global_head_dim=16,
            attention_k_eq_v=True, hidden_size_per_layer_input=0, use_bidirectional_attention="vision")),
    ),
    (
        dict(SHAPE, kv=1, global_dim=16, shared=3, wide=True, told=4, **{"global": (9000.0, 0.25)}),
        dict(TEXT, model_type="gemma4_text", dtype="float32", eos_token_id=1, num_key_value_heads=1,
             num_global_key_value_heads=None, global_head_dim=16, num_kv_shared_layers=3, use_double_wide_mlp=True,
             hidden_size_per_layer_input=4, vocab_size_per_layer_input=48),
    ),
    (
        dict(SHAPE, kv=2, global_kv=1, global_dim=16, k_eq_v=True, experts=6, top=2, expert_mid=12,
             **{"global": (9000.0, 0.25)}),
        dict(TEXT, model_type="gemma4_text", dtype="float32", eos_token_id=1, num_key_value_heads=2,
             num_global_key_value_heads=1, global_head_dim=16, attention_k_eq_v=True, hidden_size_per_layer_input=0,
             enable_moe_block=True, num_experts=6, top_k_experts=2, moe_intermediate_size=12),
    ),
]
EMBEDDING = (
    dict(SHAPE, generation=3, heads=3, kv=1, scalar=10, window=3, final=None, layers=3, bidirectional=True,
         sliding=[True, True, False], **{"global": (9000.0, 1.0)}),
    dict(model_type="gemma3_text", dtype="float32", vocab_size=48, hidden_size=32, intermediate_size=40,
         num_hidden_layers=3, num_attention_heads=3, num_key_value_heads=1, head_dim=8, rms_norm_eps=1e-3,
         max_position_embeddings=64, query_pre_attn_scalar=10, sliding_window=4, use_bidirectional_attention=True,
         layer_types=[S, S, F], rope_theta=9000.0, rope_local_base_freq=300.0),
)


def rounded(values):
    return [float(f"{value:.8g}") for value in values]


def sequences():
    for length, start in ((12, 3), (7, 20), (9, 31)):
        yield [(start + i * i * 5 + i) % 48 for i in range(length)]


if __name__ == "__main__":
    if sys.argv[1:] == ["logits"]:
        result = [dict(config=config, sequences=[
            dict(tokens=tokens, logits=[rounded(row) for row in logits_of(tokens, shape)]) for tokens in sequences()])
            for shape, config in MODELS]
    else:
        shape, config = EMBEDDING
        result = dict(config=config, sequences=[
            dict(tokens=tokens, embedding=rounded(embedding_of(tokens, shape)))
            for tokens in [*sequences(), [5]]])
    print(json.dumps(result, separators=(",", ":")))
