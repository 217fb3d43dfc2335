using LocalCluster.Images;

namespace StandIns.Kaniko;

/// <summary>Finds the files of a build's context that an instruction copies.</summary>
/// <param name="files">Files of the container by path.</param>
/// <param name="context">The executor's context, <c>dir://</c> and a path.</param>
internal sealed class BuildContextFiles(IReadOnlyDictionary<string, byte[]> files, string context)
{
    private const string Scheme = "dir://";

    private readonly string _directory = context.StartsWith(Scheme, StringComparison.Ordinal)
        ? context[Scheme.Length..].TrimEnd('/')
        : context.TrimEnd('/');

    /// <summary>
    /// Returns what <c>COPY</c> with these arguments takes, in the order of the paths; sources that aren't in the
    /// context, or come from another stage, give nothing.
    /// </summary>
    public IEnumerable<ImageFile> Sources(string arguments)
    {
        var words = arguments
            .Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Where(w => !w.StartsWith("--", StringComparison.Ordinal));
        var sources = words
            .SkipLast(1)
            .Select(s => s.Trim('/', '.') is { Length: > 0 } inner ? $"{_directory}/{inner}" : _directory);
        return sources.SelectMany(source =>
            files
                .Where(f => f.Key == source || f.Key.StartsWith($"{source}/", StringComparison.Ordinal))
                .OrderBy(f => f.Key, StringComparer.Ordinal)
                .Select(f => new ImageFile(f.Key, f.Value))
        );
    }
}
