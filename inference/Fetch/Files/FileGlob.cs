using System.IO.Enumeration;

namespace GemmaInference.Fetch.Files;

/// <summary>
/// Matches names within a model: <c>*</c> and <c>?</c> stay within a folder, <c>**</c> as a whole part is any number of
/// folders.
/// </summary>
internal sealed class FileGlob
{
    private const string AnyFolders = "**";
    private readonly string[] _parts;

    private FileGlob(string text) => (Text, _parts) = (text, text.Split('/'));

    public string Text { get; }

    /// <summary>Parses a pattern; <paramref name="trouble"/> says what is wrong with it.</summary>
    public static FileGlob? TryParse(string text, out string trouble) =>
        RelativePath.TryParse(text, out trouble) is null ? null : new FileGlob(text);

    /// <summary>Takes time in proportion to both lengths: each part of the pattern sees the name's once.</summary>
    public bool Matches(RelativePath path)
    {
        var names = path.Value.Split('/');
        // Whether the pattern's parts so far match the name's first so many.
        var matches = new bool[names.Length + 1];
        matches[0] = true;
        for (var part = 0; part < _parts.Length; part++)
        {
            var next = new bool[names.Length + 1];
            var isLast = part == _parts.Length - 1;
            next[0] = matches[0] && _parts[part] == AnyFolders && !isLast;
            for (var name = 1; name <= names.Length; name++)
            {
                next[name] =
                    _parts[part] == AnyFolders
                        // At the end it is at least a file.
                        ? next[name - 1] || matches[isLast ? name - 1 : name]
                        : matches[name - 1]
                            && FileSystemName.MatchesSimpleExpression(_parts[part], names[name - 1], ignoreCase: false);
            }

            matches = next;
        }

        return matches[names.Length];
    }
}
