namespace Benchmarks.Inference;

/// <summary>Holds the shapes that a GPU is measured with, and a tiny one for a rehearsal without any.</summary>
internal static class GpuShapes
{
    public static readonly (string Name, string Config)[] Measured =
    [
        ("gemma2-2b", """{"model_type":"gemma2"}"""),
        ("gemma3-2b", """{"model_type":"gemma3_text","max_position_embeddings":8192}"""),
        ("gemma-7b", """{"model_type":"gemma"}"""),
    ];

    public static readonly (string Name, string Config)[] Rehearsal =
    [
        (
            "tiny",
            """
            {
              "model_type": "gemma3_text", "vocab_size": 640, "hidden_size": 64, "intermediate_size": 64,
              "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 32,
              "max_position_embeddings": 1024
            }
            """
        ),
    ];
}
