using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using GemmaInference.Model;

namespace Inference.Tests.Model.Embedding;

/// <summary>
/// Writes the files that sentence-transformers puts beside a model: mean, two dense layers, length 1.
/// </summary>
internal static class EmbeddingFiles
{
    public const int Inner = 48;

    /// <summary>Makes an embedding model of the tiny one: the same weights, read in both directions.</summary>
    public static void ChangeTiny(string directory)
    {
        var path = Path.Combine(directory, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!;
        config["use_bidirectional_attention"] = true;
        File.WriteAllText(path, config.ToJsonString());
        Write(directory, 64);
    }

    public static void Write(string directory, int hidden)
    {
        Text(
            directory,
            "modules.json",
            """
            [
              {"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},
              {"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},
              {"idx":2,"name":"2","path":"2_Dense","type":"sentence_transformers.models.Dense"},
              {"idx":3,"name":"3","path":"3_Dense","type":"sentence_transformers.models.Dense"},
              {"idx":4,"name":"4","path":"4_Normalize","type":"sentence_transformers.models.Normalize"}
            ]
            """
        );
        Text(
            directory,
            "1_Pooling/config.json",
            """{"pooling_mode_cls_token":false,"pooling_mode_mean_tokens":true,"include_prompt":true}"""
        );
        Text(
            directory,
            "config_sentence_transformers.json",
            """{"prompts":{"query":"task: stone | query: ","document":"title: none | text: "},"default_prompt_name":null}"""
        );
        Dense(directory, "2_Dense", Inner, hidden);
        Dense(directory, "3_Dense", hidden, Inner);
    }

    public static void Text(string directory, string file, string text)
    {
        var path = Path.Combine(directory, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static void Dense(string directory, string folder, int outputs, int inputs)
    {
        Text(
            directory,
            $"{folder}/config.json",
            $$"""{"in_features":{{inputs}},"out_features":{{outputs}},"bias":false,"activation_function":"torch.nn.modules.linear.Identity"}"""
        );
        var values = HashedWeights.Values(folder, [outputs, inputs]);
        var header = Encoding.UTF8.GetBytes(
            $$$"""{"linear.weight":{"dtype":"F32","shape":[{{{outputs}}},{{{inputs}}}],"data_offsets":[0,{{{4 * values.Length}}}]}}"""
        );
        var size = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(size, header.Length);
        File.WriteAllBytes(
            Path.Combine(directory, folder, "model.safetensors"),
            [.. size, .. header, .. MemoryMarshal.AsBytes(values.AsSpan())]
        );
    }
}
