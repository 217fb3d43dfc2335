using System.Text.Json;
using System.Text.RegularExpressions;
using GemmaOperator.Api.Contents;

namespace GemmaOperator.Builds.Contents;

/// <summary>
/// Reads which files of site-packages Python runs lines of at each start, and compares them: one line there is enough
/// to be in every program.
/// </summary>
internal static partial class PathFiles
{
    /// <summary>Bounds the list; an image has some five.</summary>
    public const int Most = 50;

    /// <summary>Returns them as <c>name hash</c>, in order; null where they aren't all known.</summary>
    public static IReadOnlyList<string>? Read(JsonElement root)
    {
        if (
            !root.TryGetProperty("pathFiles", out var list)
            || list.ValueKind != JsonValueKind.Array
            || list.GetArrayLength() > Most
        )
        {
            return null;
        }

        var read = list.EnumerateArray().Select(One).ToList();
        return read.Contains(null) ? null : [.. read.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// Returns those that weren't there before, or were others; none where what was there before isn't known.
    /// </summary>
    public static IReadOnlyList<PackageChange> New(IReadOnlyList<string>? before, IReadOnlyList<string>? now) =>
        before is null || now is null
            ? []
            :
            [
                .. now.Except(before, StringComparer.Ordinal)
                    .Select(Split)
                    .Select(file => new PackageChange
                    {
                        Kind = PackageKind.PathFile,
                        Name = file.Name,
                        Old = before.Select(Split).FirstOrDefault(old => old.Name == file.Name).Hash ?? "",
                        New = file.Hash,
                    }),
            ];

    private static (string Name, string Hash) Split(string file) =>
        file.LastIndexOf(' ') is > 0 and var at ? (file[..at], file[(at + 1)..]) : (file, "");

    private static string? One(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Array
        && entry.GetArrayLength() == 2
        && PackageText.Of(entry[0]) is { } name
        && PackageText.Of(entry[1]) is { } hash
        && Name().IsMatch(name)
        && Hash().IsMatch(hash)
            ? $"{name} {hash}"
            : null;

    [GeneratedRegex(@"\A[A-Za-z0-9_.+@-]{1,120}\.pth\z", RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[0-9a-f]{16}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Hash();
}
