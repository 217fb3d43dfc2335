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
            mid = config.IntermediateSize,
            head = config.HeadDim;
        yield return ("model.embed_tokens.weight", [config.VocabSize, hidden]);
        if (!config.TiedEmbeddings)
        {
            yield return ("lm_head.weight", [config.VocabSize, hidden]);
        }

        yield return ("model.norm.weight", [hidden]);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            yield return ($"{prefix}self_attn.q_proj.weight", [config.Heads * head, hidden]);
            yield return ($"{prefix}self_attn.k_proj.weight", [config.KvHeads * head, hidden]);
            yield return ($"{prefix}self_attn.v_proj.weight", [config.KvHeads * head, hidden]);
            yield return ($"{prefix}self_attn.o_proj.weight", [hidden, config.Heads * head]);
            yield return ($"{prefix}mlp.gate_proj.weight", [mid, hidden]);
            yield return ($"{prefix}mlp.up_proj.weight", [mid, hidden]);
            yield return ($"{prefix}mlp.down_proj.weight", [hidden, mid]);
            yield return ($"{prefix}input_layernorm.weight", [hidden]);
            yield return ($"{prefix}post_attention_layernorm.weight", [hidden]);
            if (config.HasPostNorms)
            {
                yield return ($"{prefix}pre_feedforward_layernorm.weight", [hidden]);
            }

            if (config.HasPostNorms)
            {
                yield return ($"{prefix}post_feedforward_layernorm.weight", [hidden]);
            }

            if (config.HasQueryKeyNorms)
            {
                yield return ($"{prefix}self_attn.q_norm.weight", [head]);
            }

            if (config.HasQueryKeyNorms)
            {
                yield return ($"{prefix}self_attn.k_norm.weight", [head]);
            }
        }
    }

    /// <summary>Returns all elements of one tensor.</summary>
    public static float[] Values(string name, long[] shape)
    {
        var scale = shape.Length == 1 ? 1f : (float)(Math.Sqrt(12) / Math.Sqrt(shape[1]));
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
