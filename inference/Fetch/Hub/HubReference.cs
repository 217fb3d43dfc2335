using System.Text.RegularExpressions;

namespace GemmaInference.Fetch.Hub;

/// <summary>Names a model of a hub: <c>google/gemma-3-1b-it</c> at a commit, branch or tag.</summary>
internal sealed partial record HubReference
{
    private HubReference(string repository, string revision) => (Repository, Revision) = (repository, revision);

    public string Repository { get; }

    public string Revision { get; }

    /// <summary>Gets the commit, where the revision is one; else null.</summary>
    public string? Commit => IsCommit(Revision) ? Revision : null;

    /// <summary>Parses <c>repository@revision</c>; null where it isn't one.</summary>
    public static HubReference? TryParse(string text) =>
        Pattern().Match(text) is { Success: true } match
        && !text.Contains("..", StringComparison.Ordinal)
        && match.Groups["repository"].Length <= 200
        && match.Groups["revision"].Length <= 250
            ? new HubReference(match.Groups["repository"].Value, match.Groups["revision"].Value)
            : null;

    public static bool IsCommit(string text) => text.Length == 40 && text.All(char.IsAsciiHexDigitLower);

    public override string ToString() => $"hub:{Repository}@{Revision}";

    /// <summary>As the hub names repositories and git names refs; each letter has one way to match.</summary>
    [GeneratedRegex(
        @"^(?<repository>[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)?)@"
            + @"(?<revision>[A-Za-z0-9_][A-Za-z0-9_.+-]*"
            + @"(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Pattern();
}
