using GemmaOperator.Api.Pods;

namespace GemmaOperator.Api.Validation.Pods;

/// <summary>Checks keys of Secrets and ConfigMaps, and the files that they become.</summary>
internal static class KeyRules
{
    private const int MostItems = 32;

    /// <summary>Is 0777: all that a mode of a file may be.</summary>
    private const int LargestMode = 511;

    public static void Check(string path, string? key, string what, Findings findings) =>
        findings.Text(
            path,
            key,
            Bounds.NameLength,
            Syntax.ConfigMapKey(),
            $"a key of {what}",
            "use letters, digits, -, _ and ."
        );

    public static void CheckMode(string path, int? mode, Findings findings) =>
        findings.Range(path, mode, 0, LargestMode);

    /// <summary>Checks files, each with a path that no other has.</summary>
    public static void CheckFiles(string path, IReadOnlyList<KeyFile>? items, string what, Findings findings) =>
        CheckFiles(path, items, what, new HashSet<string>(StringComparer.Ordinal), findings);

    /// <inheritdoc cref="CheckFiles(string, IReadOnlyList{KeyFile}, string, Findings)"/>
    /// <param name="path">Their field.</param>
    /// <param name="items">What they are.</param>
    /// <param name="what">Whose keys, for people.</param>
    /// <param name="seen">Paths that the same volume has already; those that are checked are added.</param>
    /// <param name="findings">Where to.</param>
    public static void CheckFiles(
        string path,
        IReadOnlyList<KeyFile>? items,
        string what,
        HashSet<string> seen,
        Findings findings
    )
    {
        findings.Most(path, items?.Count, MostItems);
        foreach (var (i, item) in (items ?? []).Index())
        {
            var where = $"{path}[{i}]";
            Check($"{where}.key", item?.Key, what, findings);
            CheckRelative($"{where}.path", item?.Path, "paths of items in rollout.server.volumes", findings);
            CheckMode($"{where}.mode", item?.Mode, findings);
            if (item?.Path is { Length: > 0 } file && !seen.Add(file))
            {
                findings.Add($"{where}.path", "another item has it", "give each its own");
            }
        }
    }

    /// <summary>Checks a path below a volume.</summary>
    /// <param name="path">Its field.</param>
    /// <param name="given">What it is.</param>
    /// <param name="what">What has it, for people.</param>
    /// <param name="findings">Where to.</param>
    public static void CheckRelative(string path, string? given, string what, Findings findings)
    {
        findings.Text(
            path,
            given,
            Bounds.PathLength,
            Syntax.RelativePath(),
            "a path below a volume",
            "write it as in keys/api.txt, without / at its ends"
        );
        if (given is not null && PodSyntax.DotParts().IsMatch(given))
        {
            findings.Add(path, "it has . or .. parts", $"write {what} without . and .. parts");
        }
    }
}
