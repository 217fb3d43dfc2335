using System.Text.RegularExpressions;

namespace Quickstart.Containers;

/// <summary>Expands variables in a container's command and arguments as a kubelet does.</summary>
internal static partial class Expansion
{
    /// <summary>
    /// Puts the values in place of <c>$(NAME)</c>; what isn't known stays, and <c>$$</c> is one dollar.
    /// </summary>
    public static string Of(string text, IReadOnlyDictionary<string, string> variables) =>
        Reference()
            .Replace(
                text,
                found =>
                    found.ValueSpan is "$$" ? "$"
                    : variables.TryGetValue(found.Groups["name"].Value, out var value) ? value
                    : found.Value
            );

    [GeneratedRegex(@"\$\$|\$\((?<name>[^)]*)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
