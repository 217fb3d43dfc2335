using System.Text;
using System.Text.RegularExpressions;

namespace LocalCluster.Rules;

/// <summary>Reads a rule's <c>fieldPath</c>: <c>.spec.size</c>, <c>['odd.name']</c>.</summary>
internal static partial class RuleFieldPath
{
    /// <summary>Returns it as it stands in an error.</summary>
    public static string Normal(string path)
    {
        var text = new StringBuilder();
        foreach (Match step in Step().Matches(path))
        {
            text.Append(text.Length == 0 ? "" : ".").Append(step.Groups["name"].Value);
        }

        return text.ToString();
    }

    /// <summary>Says whether a text is such a path.</summary>
    public static bool IsValid(string path) => Whole().IsMatch(path);

    [GeneratedRegex(@"\.(?<name>[^.\[\]]+)|\['(?<name>[^']+)'\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Step();

    [GeneratedRegex(@"\A(?:\.[^.\[\]]+|\['[^']+'\])+\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Whole();
}
