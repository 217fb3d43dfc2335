namespace LocalCluster.Rules;

/// <summary>Says why a rule can't be compiled, as cel-go shows it: the place, the line, and an arrow below.</summary>
internal sealed class RuleSyntaxException(string source, int line, int column, string message)
    : Exception(
        $"ERROR: <input>:{line}:{column + 1}: {message}\n | {source.Split('\n')[line - 1]}\n | "
            + $"{new string('.', column)}^"
    );
