using System.Text;
using System.Text.RegularExpressions;

namespace GemmaOperator.Builds.Inputs.Access;

/// <summary>
/// Judges credentials in netrc's form, as Python's netrc module reads them for pip, and says where the step that
/// installs has them. What is wrong is told by the number of the entry; nothing of the content is ever shown.
/// </summary>
internal static partial class Netrc
{
    /// <summary>Names the field.</summary>
    public const string Field = "spec.requirements.indexCredentialsRef";

    /// <summary>Names where the Secret is mounted: directly below the root, for layers to leave it out.</summary>
    public const string Directory = "/gemma-index";

    /// <summary>Names the file in it, whatever the Secret's key is.</summary>
    public const string FileName = "netrc";

    /// <summary>Names the file.</summary>
    public const string File = Directory + "/" + FileName;

    /// <summary>Names the variable that tells of it.</summary>
    public const string Variable = "NETRC";

    /// <summary>Bounds the content, in bytes.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>Bounds the entries.</summary>
    public const int MaxMachines = 32;

    private const int LongestToken = 4096;

    private const string Form = "write each as 'machine pypi.example.com login USER password TOKEN'";

    /// <summary>Returns what is wrong with a content, with what would be right; null when nothing is.</summary>
    /// <param name="content">The bytes of the key.</param>
    /// <param name="hosts">Hosts of the spec's indexes, of which it must know one; empty: any will do.</param>
    public static string? Judge(ReadOnlySpan<byte> content, IReadOnlyCollection<string> hosts)
    {
        if (content.Length > MaxBytes)
        {
            return $"it has {content.Length} bytes; keep it to {MaxBytes}";
        }

        var text = Encoding.UTF8.GetString(content);
        if (text.Any(c => c == '\uFFFD' || (char.IsControl(c) && c is not ('\n' or '\r' or '\t'))))
        {
            return $"it isn't text; {Form}";
        }

        var machines = new List<string>();
        return Read(new Queue<string>(Words(text)), machines) is { } problem ? problem
            : machines.Count == 0 ? $"it has no entry; {Form}"
            : hosts.Count > 0 && !machines.Exists(m => hosts.Contains(m, StringComparer.OrdinalIgnoreCase))
                ? $"none of its machines is the host of an index of this spec ({string.Join(", ", hosts)}); {Form}"
            : null;
    }

    private static string? Read(Queue<string> words, List<string> machines)
    {
        while (words.TryDequeue(out var word))
        {
            var entry = $"entry {machines.Count + 1}";
            if (word is "default" or "macdef")
            {
                return $"{entry} is {word}, which would go to every host or runs commands; name each machine";
            }

            if (word != "machine" || !words.TryDequeue(out var host) || !Host().IsMatch(host))
            {
                return $"{entry} doesn't begin with 'machine' and a host without scheme, port or path; {Form}";
            }

            if (machines.Count == MaxMachines)
            {
                return $"it has more than {MaxMachines} entries; leave out what isn't needed";
            }

            machines.Add(host);
            if (!HasCredentials(words))
            {
                return $"{entry} lacks a login or a password, or has one twice; {Form}";
            }
        }

        return null;
    }

    private static bool HasCredentials(Queue<string> words)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (words.TryPeek(out var next) && next is "login" or "user" or "password" or "account")
        {
            words.Dequeue();
            if (
                !words.TryDequeue(out var value)
                || value.Length is 0 or > LongestToken
                || !seen.Add(next == "user" ? "login" : next)
            )
            {
                return false;
            }
        }

        return seen.Contains("login") && seen.Contains("password");
    }

    /// <summary>
    /// Splits at white space; a word in double quotes may hold it, a backslash takes the next character as it is, and
    /// a line that begins with # and a space is a comment: so Python reads it.
    /// </summary>
    private static IEnumerable<string> Words(string text)
    {
        foreach (var line in text.Split('\n').Select(l => l.Trim()).Where(l => l is not ['#'] and not ['#', ' ', ..]))
        {
            var (word, isQuoted, isBegun) = (new StringBuilder(), false, false);
            for (var i = 0; i < line.Length; i++)
            {
                switch (line[i])
                {
                    case '\\' when i + 1 < line.Length:
                        word.Append(line[++i]);
                        isBegun = true;
                        break;
                    case '"' when isQuoted || !isBegun:
                        (isQuoted, isBegun) = (!isQuoted, true);
                        break;
                    case ' ' or '\t' when !isQuoted:
                        if (isBegun)
                        {
                            yield return word.ToString();
                        }

                        word.Clear();
                        isBegun = false;
                        break;
                    default:
                        word.Append(line[i]);
                        isBegun = true;
                        break;
                }
            }

            if (isBegun)
            {
                yield return word.ToString();
            }
        }
    }

    [GeneratedRegex(
        @"\A[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Host();
}
