using System.Globalization;
using GemmaOperator.Api.Contents;

namespace GemmaOperator.Builds.Contents;

/// <summary>Says in words which findings of what was published before are gone.</summary>
internal static class FixedText
{
    /// <summary>Renders it as the end of a sentence; empty where none is.</summary>
    public static string Render(FixedFindings? gone) => Counts(gone) is { } counts ? $"; fixed: {counts}" : "";

    /// <summary>Renders the counts, as in <c>1 critical, 2 high</c>; null where none is.</summary>
    public static string? Counts(FixedFindings? gone)
    {
        if (gone is null)
        {
            return null;
        }

        string[] parts =
        [
            .. new[] { (gone.Critical, "critical"), (gone.High, "high"), (gone.Medium, "medium"), (gone.Low, "low") }
                .Where(part => part.Item1 > 0)
                .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Item1} {part.Item2}")),
        ];
        return parts.Length == 0 ? null : string.Join(", ", parts);
    }
}
