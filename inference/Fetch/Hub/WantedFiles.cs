using System.Text.Json;
using System.Text.RegularExpressions;
using GemmaInference.Fetch.Failures;
using GemmaInference.Fetch.Files;

namespace GemmaInference.Fetch.Hub;

/// <summary>Chooses which files of a repository are fetched: what the server reads, and what is asked for.</summary>
internal static partial class WantedFiles
{
    public const string Config = "config.json";
    public const string Index = "model.safetensors.index.json";
    private const string Whole = "model.safetensors";
    private const string Tokenizer = "tokenizer.model";
    private const string FastTokenizer = "tokenizer.json";

    private static readonly string[] Small =
    [
        Config,
        "generation_config.json",
        Tokenizer,
        FastTokenizer,
        "tokenizer_config.json",
        "special_tokens_map.json",
        "chat_template.jinja",
        "chat_template.json",
        "modules.json",
        "config_sentence_transformers.json",
        Index,
    ];

    /// <summary>Returns the files in the order in which they are fetched, the weights last.</summary>
    /// <param name="listing">What there is.</param>
    /// <param name="shards">What the index names; null where there is no index.</param>
    /// <param name="include">What is asked for beside them.</param>
    /// <exception cref="FetchException">There is no model that the server can read.</exception>
    public static IReadOnlyList<HubEntry> Choose(
        HubListing listing,
        IReadOnlyList<string>? shards,
        IReadOnlyList<FileGlob> include
    )
    {
        var weights = (shards ?? [Whole])
            .Select(name => listing.Find(name) ?? throw NoWeights(listing, name, shards))
            .ToList();
        var hasTokenizer = listing.Find(Tokenizer) is not null || listing.Find(FastTokenizer) is not null;
        if (listing.Find(Config) is null || !hasTokenizer)
        {
            var missing = hasTokenizer ? Config : $"{Tokenizer} or {FastTokenizer}";
            throw new FetchException(
                FetchReason.UnsupportedModel,
                $"the repository has no {missing}, which the server reads"
            );
        }

        var small = Small.Select(listing.Find).OfType<HubEntry>();
        var asked = listing.Entries.Where(entry => include.Any(glob => glob.Matches(entry.Path)));
        var modules = listing.Entries.Where(entry => OfModule().IsMatch(entry.Path.Value));
        return [.. small.Concat(modules).Concat(asked).Except(weights).Distinct(), .. weights];
    }

    /// <summary>Reads which shards an index names, in order.</summary>
    /// <exception cref="FetchException">It isn't an index, or names something outside the root.</exception>
    public static IReadOnlyList<string> Shards(ReadOnlyMemory<byte> index)
    {
        try
        {
            using var document = JsonDocument.Parse(index);
            var names = document
                .RootElement.GetProperty("weight_map")
                .EnumerateObject()
                .Select(entry => entry.Value.GetString() ?? "")
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .ToList();
            return names.Find(name => !ShardName().IsMatch(name)) is { } odd
                ? throw new FetchException(
                    FetchReason.Refused,
                    $"{Index} names '{odd}'; expected names as model-00001-of-00002.safetensors"
                )
                : names;
        }
        catch (Exception cause) when (cause is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FetchException(FetchReason.UnsupportedModel, $"{Index} is malformed: {cause.Message}", cause);
        }
    }

    private static FetchException NoWeights(HubListing listing, string name, IReadOnlyList<string>? shards)
    {
        if (shards is not null)
        {
            return new FetchException(
                FetchReason.NoSafetensors,
                $"{Index} names {name}, which isn't in the repository"
            );
        }

        string[] others = [".gguf", ".bin", ".pt", ".ckpt", ".task", ".h5", ".npz"];
        var other = listing.Entries.FirstOrDefault(entry =>
            others.Contains(Path.GetExtension(entry.Path.Value), StringComparer.OrdinalIgnoreCase)
        );
        return new FetchException(
            FetchReason.NoSafetensors,
            $"the repository has neither {Whole} nor {Index}"
                + (other is null ? "" : $", only such as {other.Path}")
                + (listing.Find("adapter_config.json") is null ? "" : "; it is an adapter, merge it into its model")
        );
    }

    /// <summary>Matches what a model that embeds text has beside its layers, in folders as 2_Dense.</summary>
    [GeneratedRegex(
        @"^[0-9]{1,3}_(Pooling/config\.json|Dense/(config\.json|model\.safetensors))$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex OfModule();

    [GeneratedRegex(
        @"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,180}\.safetensors$",
        RegexOptions.None,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex ShardName();
}
