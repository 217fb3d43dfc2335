using System.Text;
using System.Text.Json;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Checks that a Dockerfile copies only what its build context holds. What can't be told from the text (a variable, an
/// image, a URL) is left to the build.
/// </summary>
internal static class DockerfileSources
{
    /// <summary>All files of a build context.</summary>
    private static readonly string[] Files = [BuildContext.DockerfileKey, BuildContext.RequirementsKey];

    /// <summary>Finds the first source that isn't there; returns null when there is none.</summary>
    /// <param name="text">Dockerfile with <c>\n</c> line ends.</param>
    /// <param name="field">Field that it comes from.</param>
    public static FieldError? Check(string text, string field)
    {
        foreach (var instruction in DockerfileInstruction.ReadAll(text).Where(i => i.Name is "COPY" or "ADD"))
        {
            if (Missing(instruction) is { } source)
            {
                return Problem.At(
                    field,
                    $"line {instruction.Line}: {instruction.Name} {Quoted.Of(source)}: the build context has no such "
                        + $"file, it holds {string.Join(" and ", Files)}",
                    "take it from elsewhere (COPY --from=<image>, ADD https://…, a heredoc, RUN) or from "
                        + "spec.requirements"
                );
            }
        }

        return null;
    }

    private static string? Missing(DockerfileInstruction instruction)
    {
        var words = Words(instruction.Arguments);
        var flags = words.TakeWhile(w => w.StartsWith("--", StringComparison.Ordinal)).ToList();
        if (flags.Any(f => f.StartsWith("--from", StringComparison.Ordinal)))
        {
            return null;
        }

        // The last one is where they go.
        var sources = words.Skip(flags.Count).SkipLast(1).ToList();
        var plain = sources.Where(s => !IsElsewhere(s)).ToList();
        return plain.FirstOrDefault(s => !IsPattern(s) && !IsThere(s))
            // A pattern that matches nothing is an error only where nothing else is copied (Kaniko, IsSrcsValid).
            ?? (plain.Count == sources.Count && plain.All(s => !IsThere(s)) ? plain.FirstOrDefault() : null);
    }

    /// <summary>Tells whether it doesn't come from the context, or nobody knows before the build.</summary>
    private static bool IsElsewhere(string source) =>
        source.Contains('$', StringComparison.Ordinal)
        || source.Contains("<<", StringComparison.Ordinal)
        || source.Contains("://", StringComparison.Ordinal)
        || source.StartsWith("git@", StringComparison.Ordinal);

    private static bool IsPattern(string source) => source.AsSpan().IndexOfAny("*?[\\") >= 0;

    private static bool IsThere(string source)
    {
        var path = Clean(source);
        if (path.Length == 0)
        {
            return true;
        }

        return IsPattern(path) ? Files.Any(file => FilePattern.IsMatch(path, file)) : Files.Contains(path);
    }

    /// <summary>Paths are relative to the context, and can't leave it.</summary>
    private static string Clean(string source)
    {
        var parts = new List<string>();
        foreach (var part in source.Split('/').Where(p => p.Length > 0 && p != "."))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>Splits arguments: flags, then a JSON array or words with quotes.</summary>
    private static List<string> Words(string arguments)
    {
        var rest = arguments.AsSpan();
        var words = new List<string>();
        while (rest.StartsWith("--", StringComparison.Ordinal))
        {
            var end = rest.IndexOfAny(' ', '\t');
            words.Add((end < 0 ? rest : rest[..end]).ToString());
            rest = end < 0 ? [] : rest[end..].TrimStart();
        }

        var left = rest.ToString();
        words.AddRange(left.StartsWith('[') && Array(left) is { } array ? array : Plain(left));
        return words;
    }

    private static string[]? Array(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<string?[]>(text)?.OfType<string>().ToArray();
        }
        catch (JsonException)
        {
            // Then the brackets are part of its words, as for Docker.
            return null;
        }
    }

    private static IEnumerable<string> Plain(string text)
    {
        var (word, quote, isOpen) = (new StringBuilder(), '\0', false);
        foreach (var c in text)
        {
            if (quote == '\0' && c is ' ' or '\t')
            {
                if (isOpen)
                {
                    yield return word.ToString();
                }

                word.Clear();
                isOpen = false;
                continue;
            }

            isOpen = true;
            if (c is '"' or '\'' && (quote == '\0' || quote == c))
            {
                quote = quote == '\0' ? c : '\0';
            }
            else
            {
                word.Append(c);
            }
        }

        if (isOpen)
        {
            yield return word.ToString();
        }
    }
}
