using System.Text.Json;
using System.Text.RegularExpressions;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Probe;

/// <summary>
/// Reads what a published image says that a build would bring. It is hearsay: at most a number, a fingerprint and
/// twenty packages are taken from it, each of a form that can do no harm.
/// </summary>
internal abstract partial record ProbeReport
{
    /// <summary>Bounds the number: no image holds more.</summary>
    public const int MostPackages = PackageList.MostEntries;

    private const int SaidLimit = 300;

    private ProbeReport() { }

    /// <summary>Holds an answer.</summary>
    /// <param name="Count">Packages that a build would bring, at most <see cref="MostPackages"/>.</param>
    /// <param name="Fingerprint">Of all of them; null when there are none.</param>
    /// <param name="Changes">The most important, at most <see cref="ContentsStatus.MostChanges"/>.</param>
    public sealed record Answer(int Count, string? Fingerprint, IReadOnlyList<PackageChange> Changes) : ProbeReport;

    /// <summary>Says why there is none.</summary>
    public sealed record Failed(ProbeFailure Failure, string Said) : ProbeReport;

    /// <param name="message">Termination message of the container.</param>
    /// <param name="digest">The image that was asked.</param>
    public static ProbeReport Read(string? message, string digest)
    {
        try
        {
            using var json = JsonDocument.Parse(message ?? "", new JsonDocumentOptions { MaxDepth = 4 });
            var root = json.RootElement;
            if (root.GetProperty("v").GetInt32() != 1 || root.GetProperty("digest").GetString() != digest)
            {
                return new Failed(ProbeFailure.Unreadable, "it is about another image, or of another release");
            }

            return root.TryGetProperty("error", out var error)
                ? new Failed(
                    WireEnum<ProbeFailure>.Read(PackageText.Of(error.GetProperty("reason"))).Value
                        ?? ProbeFailure.Unreadable,
                    Clean(PackageText.Of(error.GetProperty("said")))
                )
                : AnswerOf(root);
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return new Failed(ProbeFailure.Unreadable, Clean(message));
        }
    }

    /// <summary>Renders words of a stranger's on one line, clean and short.</summary>
    public static string Clean(string? text) =>
        Truncation.Shorten(MaskedLog.Clean(text ?? "").ReplaceLineEndings(" ").Trim(), SaidLimit);

    private static ProbeReport AnswerOf(JsonElement root)
    {
        var count = root.GetProperty("count").GetInt64();
        if (count is < 0 or > MostPackages)
        {
            return new Failed(
                ProbeFailure.Unreadable,
                $"it counts more than {MostPackages} packages, or fewer than none"
            );
        }

        if (count == 0)
        {
            return new Answer(0, null, []);
        }

        var fingerprint = root.GetProperty("fingerprint").GetString() ?? "";
        return FingerprintForm().IsMatch(fingerprint)
            ? new Answer((int)count, fingerprint, [.. ChangesOf(root.GetProperty("changes"))])
            : new Failed(ProbeFailure.Unreadable, "its fingerprint is none");
    }

    /// <summary>Leaves out what can't be a package; it counts all the same.</summary>
    private static IEnumerable<PackageChange> ChangesOf(JsonElement told) =>
        told.EnumerateArray()
            .Take(ContentsStatus.MostChanges)
            .Select(Change)
            .OfType<PackageChange>()
            .OrderBy(c => PackageImportance.Of(c.Kind.Value!.Value, c.Name.Split(':')[0]))
            .ThenBy(c => c.Kind.Value)
            .ThenBy(c => c.Name, StringComparer.Ordinal);

    private static PackageChange? Change(JsonElement told)
    {
        var words = told.EnumerateArray().Select(PackageText.Of).ToList();
        if (words is not [{ } kind, var name, { } architecture, { } old, var now])
        {
            return null;
        }

        PackageKind? known = kind switch
        {
            "dpkg" => PackageKind.Dpkg,
            "python" => PackageKind.Python,
            _ => null,
        };
        if (known is not { } list)
        {
            return null;
        }

        var origin = list == PackageKind.Python ? "" : architecture;
        return
            PackageText.Package(list, name, now, origin) is { } after
            && (old.Length == 0 || PackageText.Package(list, name, old, origin) is not null)
            ? new PackageChange
            {
                Kind = list,
                Name = after.Architecture.Length > 0 ? $"{after.Name}:{after.Architecture}" : after.Name,
                Old = old,
                New = after.Version,
            }
            : null;
    }

    [GeneratedRegex(@"\Asha256:[0-9a-f]{64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex FingerprintForm();
}
