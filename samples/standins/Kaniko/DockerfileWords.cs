using System.Text;

namespace StandIns.Kaniko;

/// <summary>
/// Splits what follows a Dockerfile's ENV and LABEL instructions; quotes and backslashes are read as BuildKit does.
/// </summary>
internal static class DockerfileWords
{
    /// <summary>Returns the words of the form <c>key=value</c>, unquoted, in their order.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Pairs(string text)
    {
        foreach (var word in Split(text))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                yield return KeyValuePair.Create(word[..equals], word[(equals + 1)..]);
            }
        }
    }

    private static IEnumerable<string> Split(string text)
    {
        var word = new StringBuilder();
        var quote = '\0';
        var any = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (any)
                {
                    yield return word.ToString();
                    word.Clear();
                    any = false;
                }

                continue;
            }

            any = true;
            if (c == '\\' && quote != '\'' && i + 1 < text.Length)
            {
                word.Append(text[++i]);
            }
            else if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is '"' or '\'')
            {
                quote = c;
            }
            else
            {
                word.Append(c);
            }
        }

        if (any)
        {
            yield return word.ToString();
        }
    }
}
