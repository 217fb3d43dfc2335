using System.Text.Json;
using System.Text.RegularExpressions;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.References;
using GemmaOperator.Runtime.Text;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Contents;

/// <summary>
/// Reads the JSON that <c>contents.py</c> writes, entry by entry, into types that can't hold anything harmful.
/// </summary>
internal static partial class ContentsDocument
{
    private const int MostArchitectures = 64;

    private static readonly (string Name, PackageKind Kind)[] Kinds =
    [
        ("dpkg", PackageKind.Dpkg),
        ("rpm", PackageKind.Rpm),
        ("apk", PackageKind.Apk),
        ("python", PackageKind.Python),
    ];

    /// <param name="bytes">The JSON.</param>
    /// <param name="candidate">The image that it must be about.</param>
    public static ContentsReading Read(byte[] bytes, ImageDigest candidate)
    {
        try
        {
            using var json = JsonDocument.Parse(
                bytes,
                new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false }
            );
            var root = json.RootElement;
            if (root.GetProperty("v").GetInt32() != 1)
            {
                return Invalid();
            }

            if (PackageText.Of(root.GetProperty("digest")) != candidate.ToString())
            {
                return new ContentsReading.Absent(
                    ImageReason.ContentsKnown.ListDamaged,
                    "the list in the log is about another image"
                );
            }

            var packages = root.GetProperty("packages");
            var entries = Kinds.Sum(kind =>
                packages.TryGetProperty(kind.Name, out var list) ? (long)list.GetArrayLength() : 0
            );
            return entries > PackageList.MostEntries
                ? ContentsLog.TooLarge(entries)
                : new ContentsReading.Listed(ListOf(root, packages));
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return Invalid();
        }
    }

    private static ContentsReading.Absent Invalid() =>
        new(
            ImageReason.ContentsKnown.ListInvalid,
            "the list in the log has another form than this operator's program gives it"
        );

    private static PackageList ListOf(JsonElement root, JsonElement packages)
    {
        var (found, unreadable) = (new List<Package>(), 0);
        var hasSources = root.TryGetProperty("sources", out var said) && said.ValueKind == JsonValueKind.True;
        foreach (var (name, kind) in Kinds)
        {
            if (!packages.TryGetProperty(name, out var list))
            {
                continue;
            }

            foreach (var entry in list.EnumerateArray())
            {
                if (EntryOf(kind, entry) is { } package)
                {
                    var source = SourceOf(package, entry);
                    hasSources &= source is not null;
                    found.Add(source is { } known ? package with { Source = known } : package);
                }
                else
                {
                    unreadable++;
                }
            }
        }

        return PackageList.Of(found) with
        {
            Unreadable = unreadable,
            HasSources = hasSources,
            PathFiles = PathFiles.Read(root),
            Os = OsOf(root.GetProperty("os")),
            CudaArchitectures = ArchitecturesOf(root),
            LibtorchBytes = SizeOf(root, "libtorchBytes"),
            Unsupported =
            [
                .. Kinds
                    .Where(kind =>
                        root.GetProperty("unsupported").EnumerateArray().Any(u => PackageText.Of(u) == kind.Name)
                    )
                    .Select(kind => kind.Kind),
            ],
        };
    }

    private static PackageSource? SourceOf(Package package, JsonElement entry) =>
        PackageText.Source(package, entry.GetArrayLength() == 4 ? PackageText.Of(entry[3]) : "");

    private static Package? EntryOf(PackageKind kind, JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Array && entry.GetArrayLength() is (3 or 4)
            ? PackageText.Package(kind, PackageText.Of(entry[0]), PackageText.Of(entry[1]), PackageText.Of(entry[2]))
            : null;

    private static OsRelease OsOf(JsonElement said) =>
        new(
            Word(PackageText.Of(said.GetProperty("id"))),
            Word(PackageText.Of(said.GetProperty("version"))),
            Truncation.Shorten(VisibleText.Line(PackageText.Of(said.GetProperty("name")) ?? "").Trim(), 128)
        );

    private static string Word(string? text) => text is not null && OsWord().IsMatch(text) ? text : "";

    private static IReadOnlyList<string> ArchitecturesOf(JsonElement root) =>
        [
            .. (PackageText.Of(root.GetProperty("cudaArch")) ?? "")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Where(word => Architecture().IsMatch(word))
                .Distinct(StringComparer.Ordinal)
                .Take(MostArchitectures),
        ];

    private static long SizeOf(JsonElement root, string name) =>
        root.GetProperty(name).TryGetInt64(out var size) && size >= 0 ? size : 0;

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z", RegexOptions.NonBacktracking)]
    private static partial Regex OsWord();

    [GeneratedRegex(
        @"\A(sm|compute|lto)_[0-9]{2,4}[a-z]?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Architecture();
}
