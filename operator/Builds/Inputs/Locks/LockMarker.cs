using System.Text.RegularExpressions;
using GemmaOperator.Builds.Inputs.Pip;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs.Locks;

/// <summary>
/// Judges the markers of a lock. pip evaluates them, so that they are what a requirements file can hold; those that ask
/// which extras or groups are wanted are known to locks alone.
/// </summary>
internal static partial class LockMarker
{
    /// <summary>Says what is wrong with a marker; null when nothing is.</summary>
    public static (string Problem, string Remedy)? ProblemOf(string text)
    {
        if (text.Any(c => c is < ' ' or > '~') || text.Contains('#') || text.Contains('$'))
        {
            return ($"{Quoted.Of(text)} holds what no line of requirements can", "write it in ASCII, without # and $");
        }

        if (Wanted().Match(InQuotes().Replace(text, " ")) is { Success: true } wanted)
        {
            return (
                $"{Quoted.Of(text)} asks for {wanted.Value}, and a spec names none",
                "lock just what is to be installed, without extras and groups (uv export with --extra or --group, "
                    + "pip lock)"
            );
        }

        return EnvironmentMarker.ProblemOf(text) is { } wrong
            ? ($"{Quoted.Of(text)} isn't an environment marker: {wrong.Problem}", wrong.Remedy)
            : null;
    }

    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    [GeneratedRegex(@"'[^']*'|""[^""]*""", Options)]
    private static partial Regex InQuotes();

    [GeneratedRegex(@"\b(extras?|dependency_groups)\b", Options)]
    private static partial Regex Wanted();
}
