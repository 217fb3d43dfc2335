using System.Text;
using System.Text.RegularExpressions;
using GemmaOperator.Hub;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Weights;

/// <summary>Tells which files of a repository a server reads, and so which are fetched.</summary>
internal static partial class ModelFiles
{
    private const string Whole = "model.safetensors";
    private const string Index = "model.safetensors.index.json";
    private const string Tokenizer = "tokenizer.model";
    private const string FastTokenizer = "tokenizer.json";
    private const string Config = "config.json";

    private static readonly string[] Small =
    [
        Config,
        "generation_config.json",
        Tokenizer,
        FastTokenizer,
        "tokenizer_config.json",
        "special_tokens_map.json",
        Index,
    ];

    /// <summary>Returns what the server wouldn't find; null when all is there.</summary>
    public static string? Missing(IReadOnlyList<HubFile> files)
    {
        var names = files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        if (!names.Contains(Whole) && !(names.Contains(Index) && names.Any(IsSafetensors)))
        {
            var other = files.FirstOrDefault(f => IsOtherFormat(f.Path))?.Path;
            return $"no {Whole}, nor {Index} with its parts"
                + (other is null ? "" : $"; it has {Quoted.Of(other)}, a format that the server doesn't read");
        }

        return !names.Contains(Config) ? $"no {Config}"
            : !names.Contains(Tokenizer) && !names.Contains(FastTokenizer) ? $"no {Tokenizer} or {FastTokenizer}"
            : null;
    }

    /// <summary>
    /// Returns the size in bytes of what is fetched; null when the hub doesn't say all of it, or only the index, which
    /// isn't read here, tells which parts there are.
    /// </summary>
    public static long? Size(IReadOnlyList<HubFile> files, IReadOnlyList<string> include)
    {
        var globs = include.Select(Glob).ToList();
        var isSharded = files.Any(f => f.Path == Index);
        if (isSharded && !files.Any(f => Shard().IsMatch(f.Path)))
        {
            return null;
        }

        var fetched = files
            .Where(f =>
                Small.Contains(f.Path, StringComparer.Ordinal)
                || OfModule().IsMatch(f.Path)
                || (isSharded ? Shard().IsMatch(f.Path) : f.Path == Whole)
                || globs.Any(g => g.IsMatch(f.Path))
            )
            .ToList();
        return fetched.All(f => f.Size is not null) ? fetched.Sum(f => f.Size!.Value) : null;
    }

    /// <summary>
    /// Understands a glob as the fetcher does: <c>*</c> and <c>?</c> stay within a folder, <c>**</c> as a whole part is
    /// any number of folders.
    /// </summary>
    private static Regex Glob(string text)
    {
        var pattern = new StringBuilder(@"\A");
        var parts = text.Split('/');
        foreach (var (i, part) in parts.Index())
        {
            var isLast = i == parts.Length - 1;
            if (part == "**")
            {
                pattern.Append(isLast ? ".+" : "(?:[^/]+/)*");
                continue;
            }

            foreach (var c in part)
            {
                pattern.Append(
                    c is '*' ? "[^/]*"
                    : c is '?' ? "[^/]"
                    : Regex.Escape(c.ToString())
                );
            }

            pattern.Append(isLast ? "" : "/");
        }

        return new Regex(pattern.Append(@"\z").ToString(), RegexOptions.NonBacktracking);
    }

    private static bool IsSafetensors(string path) =>
        !path.Contains('/', StringComparison.Ordinal) && Path.GetExtension(path) == ".safetensors";

    private static bool IsOtherFormat(string path) =>
        Path.GetExtension(path) is ".gguf" or ".bin" or ".pt" or ".pth" or ".ckpt" or ".task" or ".h5" or ".npz";

    /// <summary>Matches what a model that embeds text has beside its layers, in folders as 2_Dense.</summary>
    [GeneratedRegex(
        @"\A[0-9]{1,3}_(Pooling/config\.json|Dense/(config\.json|model\.safetensors))\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex OfModule();

    [GeneratedRegex(
        @"\Amodel-[0-9]+-of-[0-9]+\.safetensors\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Shard();
}
