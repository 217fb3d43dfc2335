using Benchmarks.Llama.Gguf;

namespace Benchmarks.Llama.Models;

/// <summary>Lays a model out as llama.cpp reads Gemma 3 (<c>src/models/gemma3*.cpp</c>), without a tokenizer.</summary>
internal static class GgufModel
{
    public static void Write(string path, Shape shape, Precision precision, RandomWeights weights) =>
        GgufFile.Write(
            path,
            [
                ("general.architecture", "gemma3"),
                ("gemma3.context_length", 4096u),
                ("gemma3.embedding_length", (uint)shape.Hidden),
                ("gemma3.block_count", (uint)shape.Layers),
                ("gemma3.feed_forward_length", (uint)shape.Intermediate),
                ("gemma3.attention.head_count", (uint)shape.Heads),
                ("gemma3.attention.head_count_kv", (uint)shape.KvHeads),
                ("gemma3.attention.key_length", (uint)Shape.HeadDim),
                ("gemma3.attention.value_length", (uint)Shape.HeadDim),
                ("gemma3.attention.layer_norm_rms_epsilon", Shape.Epsilon),
                ("gemma3.attention.sliding_window", (uint)Shape.Window),
                ("gemma3.rope.freq_base", 1_000_000f),
                ("gemma3.vocab_size", (uint)shape.Vocabulary),
                ("tokenizer.ggml.model", "no_vocab"),
            ],
            [
                Matrix("token_embd", precision.Embedding, Part.Embedding, 0, shape.Vocabulary, shape.Hidden, weights),
                Ones("output_norm", shape.Hidden),
                .. Enumerable
                    .Range(0, shape.Layers)
                    .SelectMany(layer => Layer($"blk.{layer}.", shape, precision.Layers, weights)),
            ]
        );

    private static IEnumerable<GgufTensor> Layer(string blk, Shape shape, TensorForm form, RandomWeights weights)
    {
        int hidden = shape.Hidden,
            queries = shape.Queries,
            keys = shape.Keys,
            wide = shape.Intermediate;
        return
        [
            Ones($"{blk}attn_norm", hidden),
            Of("attn_q", Part.QueryKeyValue, 0, queries, hidden),
            Of("attn_k", Part.QueryKeyValue, queries, keys, hidden),
            Of("attn_v", Part.QueryKeyValue, queries + keys, keys, hidden),
            Ones($"{blk}attn_q_norm", Shape.HeadDim),
            Ones($"{blk}attn_k_norm", Shape.HeadDim),
            Of("attn_output", Part.Output, 0, hidden, queries),
            Ones($"{blk}post_attention_norm", hidden),
            Ones($"{blk}ffn_norm", hidden),
            Of("ffn_gate", Part.GateUp, 0, wide, hidden),
            Of("ffn_up", Part.GateUp, wide, wide, hidden),
            Of("ffn_down", Part.Down, 0, hidden, wide),
            Ones($"{blk}post_ffw_norm", hidden),
        ];

        GgufTensor Of(string name, Part part, int first, int rows, int columns) =>
            Matrix(blk + name, form, part, first, rows, columns, weights);
    }

    private static GgufTensor Matrix(
        string name,
        TensorForm form,
        Part part,
        int first,
        int rows,
        int columns,
        RandomWeights weights
    ) => new($"{name}.weight", form, rows, columns, (row, numbers) => weights.Fill((int)part, first + row, numbers));

    private static GgufTensor Ones(string name, int columns) =>
        new($"{name}.weight", TensorForm.Float32, Rows: null, columns, (_, numbers) => numbers.Fill(1));
}
