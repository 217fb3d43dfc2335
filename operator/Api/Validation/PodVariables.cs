using GemmaOperator.Api.Pods;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation;

/// <summary>
/// Checks environment variables of the server's pods; those of the image are understood where it is built.
/// </summary>
internal static class PodVariables
{
    /// <summary>Checks that each name is given once, and none that runs code before the program does.</summary>
    public static void Check(string path, IReadOnlyList<ServerVariable>? variables, Findings findings)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (variables?.Count ?? 0); i++)
        {
            var (name, value) = (variables![i]?.Name ?? "", variables[i]?.Value ?? "");
            findings.Match(
                $"{path}[{i}].name",
                name,
                Syntax.VariableName(),
                "a variable's name",
                "use letters, digits and _, not starting with a digit"
            );
            findings.Match(
                $"{path}[{i}].value",
                value,
                Syntax.OneLine(),
                "text on one line",
                "leave out line breaks and control characters"
            );
            if (name.StartsWith("LD_", StringComparison.Ordinal) || name is "BASH_ENV" or "PYTHONSTARTUP")
            {
                findings.Add(
                    $"{path}[{i}].name",
                    $"{Quoted.Of(name)} runs code before your program does",
                    "remove this variable"
                );
            }

            if (!seen.Add(name))
            {
                findings.Add($"{path}[{i}].name", $"{Quoted.Of(name)} is given twice", "give it once");
            }
        }
    }
}
