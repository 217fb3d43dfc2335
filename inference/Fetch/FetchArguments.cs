using System.CommandLine;
using GemmaInference.Fetch.Files;
using GemmaInference.Fetch.Hub;
using GemmaInference.Fetch.Oci;

namespace GemmaInference.Fetch;

/// <summary>Holds the command line of <c>gemma-inference fetch</c>, judged.</summary>
/// <param name="Target">The directory to make, absolute.</param>
/// <param name="Include">Files beside those that the server reads.</param>
/// <param name="Reserve">Bytes of the volume that must stay free.</param>
/// <param name="Json">Whether progress is for a program.</param>
internal sealed record FetchArguments(
    FetchSource Source,
    string Target,
    IReadOnlyList<FileGlob> Include,
    string? TokenFile,
    string? RegistryAuthFile,
    bool Insecure,
    long Reserve,
    bool Json
)
{
    private const string DefaultEndpoint = "https://huggingface.co";
    private const int MaxIncludes = 64;

    private static readonly Argument<string> SourceArgument = new("source")
    {
        Description = "hub:<repository>@<revision>, or oci://<host>/<repository>@sha256:<hex>[#<subPath>].",
    };

    private static readonly Option<string?> To = new("--to")
    {
        Description = "Directory to make; fetched beside it and renamed when whole.",
    };

    private static readonly Option<string[]> Includes = new("--include")
    {
        Description = "Glob of further files of a hub's repository. Repeatable.",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string?> Token = new("--token-file") { Description = "File with the hub's token." };

    private static readonly Option<string?> Auth = new("--registry-auth-file")
    {
        Description = "Docker config.json with the registry's credentials.",
    };

    private static readonly Option<string> EndpointOption = new("--endpoint")
    {
        Description = "Address of the hub.",
        DefaultValueFactory = _ => DefaultEndpoint,
    };

    private static readonly Option<bool> InsecureOption = new("--insecure") { Description = "Allow plain http." };

    private static readonly Option<long> ReserveOption = new("--reserve")
    {
        Description = "Bytes of the volume that must stay free.",
        DefaultValueFactory = _ => 0,
    };

    private static readonly Option<string> ProgressOption = new("--progress")
    {
        Description = "json or text, on standard output.",
        DefaultValueFactory = _ => "text",
    };

    /// <summary>Parses the words after <c>fetch</c>.</summary>
    /// <param name="words">As they were given.</param>
    /// <param name="trouble">What is wrong, in one line; empty where nothing is or help was asked for.</param>
    /// <param name="json">Whether progress is for a program, as far as that can be told.</param>
    /// <returns>Null where something is wrong, or help was printed.</returns>
    public static FetchArguments? Parse(IReadOnlyList<string> words, out string trouble, out bool json)
    {
        var root = new RootCommand("Fetches a model's weights, verified, into a directory.")
        {
            SourceArgument,
            To,
            Includes,
            Token,
            Auth,
            EndpointOption,
            InsecureOption,
            ReserveOption,
            ProgressOption,
        };
        // A word that begins with @ is no file of further words.
        var parsed = root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        json = words.Any(word => word is "json" or "--progress=json" or "--progress:json");
        trouble = "";
        if (parsed.Errors.Count > 0)
        {
            trouble = parsed.Errors[0].Message;
            return null;
        }

        if (parsed.Action is not null)
        {
            parsed.Invoke();
            return null;
        }

        return Read(parsed, out trouble);
    }

    private static FetchArguments? Read(ParseResult parsed, out string trouble)
    {
        var insecure = parsed.GetValue(InsecureOption);
        var globs = new List<FileGlob>();
        foreach (var text in parsed.GetValue(Includes)!)
        {
            if (FileGlob.TryParse(text, out trouble) is not { } glob)
            {
                trouble = $"--include '{text}': {trouble}";
                return null;
            }

            globs.Add(glob);
        }

        var reserve = parsed.GetValue(ReserveOption);
        var progress = parsed.GetValue(ProgressOption);
        var target = parsed.GetValue(To);
        var source = SourceOf(
            parsed.GetValue(SourceArgument)!,
            parsed.GetValue(EndpointOption)!,
            insecure,
            out trouble
        );
        if (source is null)
        {
            return null;
        }

        trouble =
            string.IsNullOrWhiteSpace(target) ? "--to is missing: expected the directory to make"
            : Path.GetPathRoot(Path.GetFullPath(target)) == Path.GetFullPath(target)
                ? "--to must not be the root of the file system"
            : globs.Count > MaxIncludes ? $"--include is given {globs.Count} times, at most {MaxIncludes} are taken"
            : globs.Count > 0 && source is FetchSource.Oci ? "--include is for hub: sources; give an oci:// a #subPath"
            : reserve < 0 ? $"--reserve {reserve}: expected a number of bytes, 0 or more"
            : progress is not ("json" or "text") ? $"--progress '{progress}': expected json or text"
            : "";
        return trouble.Length > 0
            ? null
            : new FetchArguments(
                source,
                Path.TrimEndingDirectorySeparator(Path.GetFullPath(target!)),
                globs,
                parsed.GetValue(Token),
                parsed.GetValue(Auth),
                insecure,
                reserve,
                progress == "json"
            );
    }

    private static FetchSource? SourceOf(string text, string endpoint, bool insecure, out string trouble)
    {
        const string HubPrefix = "hub:";
        const string OciPrefix = "oci://";
        if (text.StartsWith(HubPrefix, StringComparison.Ordinal))
        {
            if (HubReference.TryParse(text[HubPrefix.Length..]) is not { } model)
            {
                trouble = $"source '{text}': expected hub:<repository>@<branch, tag or commit>";
                return null;
            }

            if (HubEndpoint.TryParse(endpoint, insecure, out trouble) is not { } hub)
            {
                trouble = $"--endpoint '{endpoint}': {trouble}";
                return null;
            }

            return new FetchSource.Hub(model, hub);
        }

        trouble = $"source '{text}': expected hub:<repository>@<revision> or oci://<host>/<repository>@sha256:<hex>";
        if (
            !text.StartsWith(OciPrefix, StringComparison.Ordinal)
            || OciReference.TryParse(text[OciPrefix.Length..]) is not { } image
        )
        {
            return null;
        }

        trouble = "";
        return new FetchSource.Oci(image);
    }
}
