using System.Text;
using System.Text.RegularExpressions;

namespace GemmaOperator.Builds.Inputs;

/// <summary>Holds the beginning of a heredoc, as BuildKit (ParseHeredoc) reads it.</summary>
/// <param name="Name">Line that ends it; any text where it is quoted, spaces included.</param>
/// <param name="StripsTabs">Whether tabs before that line don't count.</param>
internal sealed partial record DockerfileHeredoc(string Name, bool StripsTabs)
{
    /// <summary>
    /// Finds all of an instruction: a word begins one, which <c>&lt;&lt;</c> within quotes, or within a word, doesn't.
    /// </summary>
    /// <param name="arguments">What follows the instruction's name, its lines joined.</param>
    public static IEnumerable<DockerfileHeredoc> ReadAll(string arguments) =>
        Words(arguments)
            .Select(word => Form().Match(word))
            .Where(match => match.Success)
            .Select(match => new DockerfileHeredoc(
                Unquoted(match.Groups["name"].Value),
                match.Groups["dash"].Length > 0
            ));

    /// <summary>
    /// Decides whether BuildKit may read other heredocs than these: it expands variables first, so that
    /// <c>${X:-&lt;&lt;EOF}</c> is one, and finds none where a quote or a variable isn't closed.
    /// </summary>
    public static bool IsUnclear(string arguments) =>
        arguments.Contains("<<", StringComparison.Ordinal)
        && (
            Plain().Replace(arguments, "").Contains("${", StringComparison.Ordinal)
            || !Words(arguments).All(word => IsClosed(word))
        );

    /// <summary>Decides whether a line ends it; none does where its name would have to be expanded.</summary>
    public bool IsEnd(string line) =>
        !Name.AsSpan().ContainsAny('\\', '$') && (StripsTabs ? line.TrimStart('\t') : line) == Name;

    /// <summary>Splits at white space outside quotes; quotes and escapes stay in the words.</summary>
    private static IEnumerable<string> Words(string text)
    {
        var (word, quote) = (new StringBuilder(), '\0');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (word.Length > 0)
                {
                    yield return word.ToString();
                }

                word.Clear();
                continue;
            }

            word.Append(c);
            if (c == '\\' && quote != '\'' && i + 1 < text.Length)
            {
                word.Append(text[++i]);
            }
            else if (c is '"' or '\'' && (quote == '\0' || quote == c))
            {
                quote = quote == '\0' ? c : '\0';
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }

    private static bool IsClosed(string word)
    {
        var quote = '\0';
        for (var i = 0; i < word.Length; i++)
        {
            if (word[i] == '\\' && quote != '\'')
            {
                i++;
            }
            else if (word[i] is '"' or '\'' && (quote == '\0' || quote == word[i]))
            {
                quote = quote == '\0' ? word[i] : '\0';
            }
        }

        return quote == '\0';
    }

    /// <summary>Takes the quotes away; escapes stay, which no name has that anything ends.</summary>
    private static string Unquoted(string word)
    {
        var (plain, quote) = (new StringBuilder(), '\0');
        foreach (var c in word)
        {
            if (c is '"' or '\'' && (quote == '\0' || quote == c))
            {
                quote = quote == '\0' ? c : '\0';
            }
            else
            {
                plain.Append(c);
            }
        }

        return plain.ToString();
    }

    [GeneratedRegex(
        @"\A[0-9]*<<(?<dash>-?)(?<name>[^<]+)\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Form();

    /// <summary>A variable whose expansion neither fails nor brings a heredoc.</summary>
    [GeneratedRegex(
        @"\$\{[A-Za-z_][A-Za-z0-9_]*(:[-+][^<>{}""'$\\]*)?\}",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Plain();
}
