using System.Text.Json;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>Reads what the server's <c>fetch</c> command says: its last word, and how far it is.</summary>
internal abstract record FetchReport
{
    private const int MessageBytes = 600;
    private const int ReasonLength = 40;

    private FetchReport() { }

    /// <summary>Says that all weights are there.</summary>
    public sealed record Done(long Bytes) : FetchReport;

    /// <summary>Says that they can't be had.</summary>
    /// <param name="Reason">The command's word for it.</param>
    /// <param name="Message">For people; bounded and on one line.</param>
    /// <param name="MayPass">Whether trying again may help by itself.</param>
    public sealed record Failed(string Reason, string Message, bool MayPass) : FetchReport;

    /// <summary>Says how far it is.</summary>
    public sealed record Progress(long Bytes, long TotalBytes) : FetchReport;

    /// <summary>Reads a container's termination message; returns null for what isn't the command's word.</summary>
    public static FetchReport? ReadEnd(string? message) => LinesOf(message).Select(ReadLine).LastOrDefault(IsEnd);

    /// <summary>Reads the end of a log; returns null when it tells of no progress.</summary>
    public static Progress? ReadProgress(string? log) =>
        LinesOf(log).Select(ReadLine).OfType<Progress>().LastOrDefault();

    private static bool IsEnd(FetchReport? report) => report is Done or Failed;

    private static IEnumerable<string> LinesOf(string? text) =>
        (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static FetchReport? ReadLine(string line)
    {
        if (!line.StartsWith('{'))
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 4 });
            var root = json.RootElement;
            if (root.TryGetProperty("error", out var error))
            {
                return new Failed(
                    ReasonOf(error.GetProperty("reason").GetString()),
                    OneLine(error.GetProperty("message").GetString()),
                    error.TryGetProperty("retry", out var retry) && retry.ValueKind == JsonValueKind.True
                );
            }

            var bytes = root.GetProperty("bytes").GetInt64();
            return root.TryGetProperty("totalBytes", out var total) ? new Progress(bytes, total.GetInt64())
                : root.TryGetProperty("source", out _) ? new Done(bytes)
                : null;
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>A word, whoever wrote it.</summary>
    private static string ReasonOf(string? text) =>
        text is { Length: > 0 and <= ReasonLength } && text.All(char.IsAsciiLetterOrDigit) ? text : "Failed";

    private static string OneLine(string? text) =>
        Truncation.Head(MaskedLog.Clean(text ?? "").ReplaceLineEndings(" ").Trim(), MessageBytes);
}
