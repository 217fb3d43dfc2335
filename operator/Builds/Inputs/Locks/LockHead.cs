using System.Text.RegularExpressions;
using GemmaOperator.Builds.Inputs.Pip;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs.Locks;

/// <summary>Reads what a lock says of itself: its format, and for which Python and which systems it is.</summary>
internal static partial class LockHead
{
    private const int MaxEnvironments = 64;

    /// <summary>
    /// Reads it; null when it is of a format that isn't known, and nothing else of it means anything then. Another
    /// minor version is read as far as it is known, and the build says so.
    /// </summary>
    public static LockScope? Read(LockTable root)
    {
        if (root.Needed("lock-version") is not { } version)
        {
            return null;
        }

        if (!Known().IsMatch(version))
        {
            root.Wrong(
                "lock-version",
                $"{Quoted.Of(version)} isn't a version of locks that is understood",
                $"make a lock of version {LockScope.KnownVersion}"
            );
            return null;
        }

        return new LockScope(version, ReadPython(root), ReadEnvironments(root));
    }

    private static List<string> ReadPython(LockTable root)
    {
        var clauses = new List<string>();
        foreach (var part in (root.Text("requires-python") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var cursor = new TextCursor(part.Trim(' ', '\t'));
            if (cursor.IsAtEnd)
            {
                continue;
            }

            if (VersionClause.Read(cursor) is { } clause && cursor.IsAtEnd)
            {
                clauses.Add(clause);
                continue;
            }

            root.Wrong(
                "requires-python",
                $"{Quoted.Of(part)} isn't a version clause",
                "write for example \">=3.10,<3.13\""
            );
        }

        return [.. clauses.Distinct().Order(StringComparer.Ordinal)];
    }

    private static List<string> ReadEnvironments(LockTable root)
    {
        var texts = root.Texts("environments");
        if (texts.Count > MaxEnvironments)
        {
            root.Wrong("environments", $"it lists {texts.Count} markers", $"list at most {MaxEnvironments}");
            return [];
        }

        var markers = new List<string>();
        for (var i = 0; i < texts.Count; i++)
        {
            if (LockMarker.ProblemOf(texts[i]) is { } wrong)
            {
                root.Wrong($"environments[{i}]", wrong.Problem, wrong.Remedy);
            }
            else
            {
                markers.Add(EnvironmentMarker.Normalize(texts[i]));
            }
        }

        return [.. markers.Distinct().Order(StringComparer.Ordinal)];
    }

    [GeneratedRegex(@"\A1\.[0-9]{1,4}\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Known();
}
