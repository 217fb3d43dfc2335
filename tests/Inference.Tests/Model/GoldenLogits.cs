using System.Text.Json;

namespace Inference.Tests.Model;

/// <summary>
/// What the reference script wrote: a configuration, token sequences, and the logits after every token.
/// </summary>
internal sealed record GoldenSequence(int[] Tokens, float[][] Logits);

internal sealed record GoldenModel(JsonElement Config, GoldenSequence[] Sequences)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static GoldenModel[] All { get; } =
        JsonSerializer.Deserialize<GoldenModel[]>(
            File.ReadAllText(TorchForTests.Reference("golden_logits.json")),
            Web
        )!;
}
