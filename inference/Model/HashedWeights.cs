using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace GemmaInference.Model;

/// <summary>
/// Makes random-looking weights that anyone can recompute: element i of tensor n is <c>(top 24 bits of
/// splitmix64(fnv1a64(n) + (i + 1)·0x9E3779B97F4A7C15) / 2^24 − ½) · scale</c> in float32, where scale is 1 for norms
/// and √12/√columns elsewhere (unit variance of each product).
/// </summary>
internal static class HashedWeights
{
    /// <summary>
    /// Returns the name and shape of every tensor that a configuration demands, in the order of the file.
    /// </summary>
    public static IEnumerable<(string Name, long[] Shape)> Tensors(GemmaConfig config)
    {
        long hidden = config.HiddenSize,
            told = config.PerLayerSize;
        yield return ("model.embed_tokens.weight", [config.VocabSize, hidden]);
        if (!config.TiedEmbeddings)
        {
            yield return ("lm_head.weight", [config.VocabSize, hidden]);
        }

        yield return ("model.norm.weight", [hidden]);
        if (told > 0)
        {
            yield return ("model.embed_tokens_per_layer.weight", [config.VocabSize, config.Layers * told]);
            yield return ("model.per_layer_model_projection.weight", [config.Layers * told, hidden]);
            yield return ("model.per_layer_projection_norm.weight", [told]);
        }

        foreach (var (layer, shape) in LayerShape.All(config).Index())
        {
            foreach (var (name, size) in OfLayer(config, shape))
            {
                yield return ($"model.layers.{layer}.{name}", size);
            }
        }
    }

    private static IEnumerable<(string Name, long[] Shape)> OfLayer(GemmaConfig config, LayerShape shape)
    {
        long hidden = config.HiddenSize,
            mid = shape.IntermediateSize,
            head = shape.HeadDim;
        yield return ("self_attn.q_proj.weight", [config.Heads * head, hidden]);
        if (shape.OwnsKeys)
        {
            yield return ("self_attn.k_proj.weight", [shape.KvHeads * head, hidden]);
        }

        if (shape is { OwnsKeys: true, KeyIsValue: false })
        {
            yield return ("self_attn.v_proj.weight", [shape.KvHeads * head, hidden]);
        }

        yield return ("self_attn.o_proj.weight", [hidden, config.Heads * head]);
        yield return ("mlp.gate_proj.weight", [mid, hidden]);
        yield return ("mlp.up_proj.weight", [mid, hidden]);
        yield return ("mlp.down_proj.weight", [hidden, mid]);
        yield return ("input_layernorm.weight", [hidden]);
        yield return ("post_attention_layernorm.weight", [hidden]);
        if (config.HasPostNorms)
        {
            yield return ("pre_feedforward_layernorm.weight", [hidden]);
            yield return ("post_feedforward_layernorm.weight", [hidden]);
        }

        if (config.HasQueryKeyNorms)
        {
            yield return ("self_attn.q_norm.weight", [head]);
        }

        if (config.HasQueryKeyNorms && shape.OwnsKeys)
        {
            yield return ("self_attn.k_norm.weight", [head]);
        }

        if (config.HasLayerScales)
        {
            yield return ("layer_scalar", [1]);
        }

        if (config.PerLayerSize is var told and > 0)
        {
            yield return ("per_layer_input_gate.weight", [told, hidden]);
            yield return ("per_layer_projection.weight", [hidden, told]);
            yield return ("post_per_layer_input_norm.weight", [hidden]);
        }

        if (config.Experts is { } experts)
        {
            yield return ("router.proj.weight", [experts.Count, hidden]);
            yield return ("router.scale", [hidden]);
            yield return ("router.per_expert_scale", [experts.Count]);
            yield return ("experts.gate_up_proj", [experts.Count, 2 * experts.IntermediateSize, hidden]);
            yield return ("experts.down_proj", [experts.Count, hidden, experts.IntermediateSize]);
            yield return ("pre_feedforward_layernorm_2.weight", [hidden]);
            yield return ("post_feedforward_layernorm_1.weight", [hidden]);
            yield return ("post_feedforward_layernorm_2.weight", [hidden]);
        }
    }

    /// <summary>Returns all elements of one tensor.</summary>
    public static float[] Values(string name, long[] shape)
    {
        var scale = shape.Length == 1 ? 1f : (float)(Math.Sqrt(12) / Math.Sqrt(shape[^1]));
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        var state = Fnv1a(name);
        for (var i = 0; i < values.Length; i++)
        {
            state = unchecked(state + 0x9E3779B97F4A7C15);
            values[i] = (((SplitMix(state) >> 40) / 16777216f) - 0.5f) * scale;
        }

        return values;
    }

    /// <summary>Writes a float32 safetensors file with every tensor of the configuration.</summary>
    public static void Write(GemmaConfig config, string path)
    {
        var tensors = Tensors(config).ToList();
        using var file = File.Create(path);
        var header = Header(tensors);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        file.Write(length);
        file.Write(header);
        foreach (var (name, shape) in tensors)
        {
            file.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(Values(name, shape).AsSpan()));
        }
    }

    private static byte[] Header(List<(string Name, long[] Shape)> tensors)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            long at = 0;
            json.WriteStartObject();
            foreach (var (name, shape) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (var size in shape)
                {
                    json.WriteNumberValue(size);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += 4 * shape.Aggregate(1L, (product, size) => product * size));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static ulong Fnv1a(string name)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var value in Encoding.UTF8.GetBytes(name))
        {
            hash = unchecked((hash ^ value) * 0x100000001B3);
        }

        return hash;
    }

    private static ulong SplitMix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
