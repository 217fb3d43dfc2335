using System.Text.Json;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>
/// Holds what a candidate says of itself, read from the termination message. It is the candidate's own word: nothing in
/// it is trusted beyond what it is compared with, and every text is bounded and cleaned before it is shown.
/// </summary>
internal sealed record VerifyReport
{
    /// <summary>Bounds a termination message, in bytes, as the kubelet does.</summary>
    private const int KubeletLimit = 4096;

    private const int TextLimit = 200;

    /// <summary>Gets the digest that the report is about.</summary>
    public required string Digest { get; init; }

    public required long Uid { get; init; }

    public required long Gid { get; init; }

    public string Python { get; init; } = "";

    public Fact Torch { get; init; } = Fact.Missing;

    /// <summary>Gets the CUDA version that torch was built for; empty without CUDA.</summary>
    public string Cuda { get; init; } = "";

    public Fact TorchLib { get; init; } = Fact.Missing;

    /// <summary>Gets the modules by name; a value says why one doesn't import.</summary>
    public IReadOnlyDictionary<string, string?> Imports { get; init; } =
        new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>Gets how many modules the report had no room for.</summary>
    public int ImportsLeftOut { get; init; }

    public IReadOnlyList<string> PipCheck { get; init; } = [];

    public long? DiskBytes { get; init; }

    /// <summary>Gets the name of the GPU; null when none was asked for.</summary>
    public Fact? Gpu { get; init; }

    /// <summary>Gets what it says of the updates of its operating system; null when it wasn't asked.</summary>
    public UpdatesReport? Updates { get; init; }

    /// <summary>Holds a value, or why there is none.</summary>
    internal sealed record Fact(string Value, string? Error)
    {
        public static readonly Fact Missing = new("", "the report doesn't say");
    }

    /// <summary>Reads a termination message; the problem is a sentence without a full stop.</summary>
    public static bool TryRead(string? message, out VerifyReport? report, out string problem)
    {
        report = null;
        problem = "";
        if (string.IsNullOrWhiteSpace(message))
        {
            problem = "it left no report";
            return false;
        }

        try
        {
            using var json = JsonDocument.Parse(message, new JsonDocumentOptions { MaxDepth = 8 });
            report = Of(json.RootElement);
            return true;
        }
        catch (JsonException)
        {
            problem =
                System.Text.Encoding.UTF8.GetByteCount(message) >= KubeletLimit
                    ? $"its report was cut at {KubeletLimit} bytes"
                    : $"its report isn't JSON but {Quoted.Of(MaskedLog.Clean(message))}";
            return false;
        }
        catch (Exception e)
            when (e is KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            problem = "its report has another form than this operator's program gives it";
            return false;
        }
    }

    private static VerifyReport Of(JsonElement root) =>
        root.GetProperty("v").GetInt32() != 1
            ? throw new FormatException("version")
            : new VerifyReport
            {
                Digest = Clean(root.GetProperty("digest").GetString()),
                Uid = root.GetProperty("uid").GetInt64(),
                Gid = root.GetProperty("gid").GetInt64(),
                Python = Clean(root.GetProperty("python").GetString()),
                Torch = FactOf(root, "torch", "version"),
                Cuda =
                    root.TryGetProperty("torch", out var torch) && torch.TryGetProperty("cuda", out var cuda)
                        ? Clean(cuda.GetString())
                        : "",
                TorchLib = FactOf(root, "torchLib", "path"),
                Imports = root.GetProperty("imports")
                    .EnumerateArray()
                    // Of what they are shown as: two names may differ in what is left out alone.
                    .DistinctBy(i => Clean(i.GetProperty("name").GetString()), StringComparer.Ordinal)
                    .ToDictionary(
                        i => Clean(i.GetProperty("name").GetString()),
                        i => i.TryGetProperty("error", out var error) ? Clean(error.GetString()) : null,
                        StringComparer.Ordinal
                    ),
                ImportsLeftOut = root.TryGetProperty("importsLeftOut", out var left) ? left.GetInt32() : 0,
                PipCheck = root.TryGetProperty("pipCheck", out var pip)
                    ? [.. pip.EnumerateArray().Select(l => Clean(l.GetString()))]
                    : [],
                DiskBytes =
                    root.TryGetProperty("diskBytes", out var disk) && disk.ValueKind == JsonValueKind.Number
                        ? disk.GetInt64()
                        : null,
                Gpu = root.TryGetProperty("gpu", out var gpu) ? GpuOf(gpu) : null,
                Updates = root.TryGetProperty("systemUpdates", out var updates)
                    ? UpdatesReport.Of(updates, Clean)
                    : null,
            };

    private static Fact FactOf(JsonElement root, string name, string value)
    {
        if (!root.TryGetProperty(name, out var fact))
        {
            return Fact.Missing;
        }

        return new Fact(
            fact.TryGetProperty(value, out var said) ? Clean(said.GetString()) : "",
            fact.TryGetProperty("error", out var error) ? Clean(error.GetString()) : null
        );
    }

    private static Fact GpuOf(JsonElement gpu) =>
        gpu switch
        {
            _ when gpu.TryGetProperty("error", out var error) => new Fact("", Clean(error.GetString())),
            _ when gpu.GetProperty("available").GetBoolean() => new Fact(
                Clean(gpu.GetProperty("name").GetString()),
                null
            ),
            _ => new Fact("", "torch.cuda.is_available() is False"),
        };

    private static string Clean(string? text) =>
        Truncation.Shorten(MaskedLog.Clean(text ?? "").ReplaceLineEndings(" ").Trim(), TextLimit);
}
