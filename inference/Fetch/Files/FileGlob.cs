using System.Text;
using System.Text.RegularExpressions;

namespace GemmaInference.Fetch.Files;

/// <summary>
/// Matches names within a model: <c>*</c> and <c>?</c> stay within a folder, <c>**</c> as a whole part is any number of
/// folders.
/// </summary>
internal sealed class FileGlob
{
    private readonly Regex _pattern;

    private FileGlob(string text, Regex pattern) => (Text, _pattern) = (text, pattern);

    public string Text { get; }

    /// <summary>Parses a pattern; <paramref name="trouble"/> says what is wrong with it.</summary>
    public static FileGlob? TryParse(string text, out string trouble)
    {
        if (RelativePath.TryParse(text, out trouble) is null)
        {
            return null;
        }

        var pattern = new StringBuilder("^");
        var segments = text.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var last = i == segments.Length - 1;
            if (segments[i] == "**")
            {
                pattern.Append(last ? ".+" : "(?:[^/]+/)*");
                continue;
            }

            foreach (var letter in segments[i])
            {
                pattern.Append(
                    letter switch
                    {
                        '*' => "[^/]*",
                        '?' => "[^/]",
                        _ => Regex.Escape(letter.ToString()),
                    }
                );
            }

            pattern.Append(last ? "" : "/");
        }

        return new FileGlob(
            text,
            new Regex(pattern.Append('$').ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)
        );
    }

    public bool Matches(RelativePath path) => _pattern.IsMatch(path.Value);
}
