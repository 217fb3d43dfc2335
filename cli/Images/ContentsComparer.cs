using GemmaOperator.Builds.Contents;
using KubectlGemma.Output;

namespace KubectlGemma.Images;

/// <summary>Compares what two builds' images hold, with their lists or with what the API keeps.</summary>
internal static class ContentsComparer
{
    /// <exception cref="CliException">Neither is enough; the message says why.</exception>
    public static ComparedContents Compare(KnownContents old, KnownContents now)
    {
        if (old.List is { } before && now.List is { } after)
        {
            var diff = ContentsDiff.Between(before, after, int.MaxValue);
            return new ComparedContents(diff.Summary, diff.Changes, IsWhole: true);
        }

        if (old.Said.Fingerprint.Length > 0 && old.Said.Fingerprint == now.Said.Fingerprint)
        {
            return new ComparedContents(ContentsDiff.None.Summary, [], IsWhole: true);
        }

        var (oldName, newName) = (old.Build.Metadata.Name, now.Build.Metadata.Name);
        return now.Said is { Summary: { } summary, ComparedWith: { } with, Changes: var changes } && with == oldName
            ? new ComparedContents(
                summary,
                changes,
                changes.Count == (now.Said.Added + now.Said.Upgraded + now.Said.Removed)
            )
            : throw new CliException(
                ExitCode.Refused,
                $"{newName} can't be compared with {oldName}: {now.Problem ?? old.Problem}. The API keeps only what "
                    + (
                        now.Said.ComparedWith is { } other
                            ? $"{newName} changed against {other}: --against {other}"
                            : $"each build changed against the one published before it, and {newName} had none"
                    )
            );
    }
}
