namespace GemmaOperator.Api.Validation;

/// <summary>
/// Says whose cloud a registry is, by its host: a token of the workload's identity goes to these and to no others.
/// Validation asks here, and so does whoever is about to send one.
/// </summary>
internal abstract record CloudRegistry
{
    /// <summary>Is what people read of them.</summary>
    public const string Names = "*.pkg.dev, *.gcr.io, ACCOUNT.dkr.ecr.REGION.amazonaws.com, *.azurecr.io";

    private const int AccountLength = 12;
    private const int LongestRegion = 30;

    /// <summary>Domains of ECR's hosts, each with where its API answers.</summary>
    private static readonly Dictionary<string, string> AmazonDomains = new(StringComparer.Ordinal)
    {
        ["amazonaws.com"] = "amazonaws.com",
        ["amazonaws.com.cn"] = "amazonaws.com.cn",
        ["amazonaws.eu"] = "amazonaws.eu",
        ["on.aws"] = "amazonaws.com",
        ["on.amazonwebservices.com.cn"] = "amazonaws.com.cn",
    };

    private static readonly string[] AzureDomains = [".azurecr.io", ".azurecr.cn", ".azurecr.us"];

    private CloudRegistry() { }

    /// <summary>
    /// Returns null where a host, as a reference has it, is none of them; one with a port of its own isn't.
    /// </summary>
    public static CloudRegistry? Of(string host) =>
        host == "gcr.io"
        || host.EndsWith(".gcr.io", StringComparison.Ordinal)
        || host.EndsWith(".pkg.dev", StringComparison.Ordinal)
            ? new Google()
        : Array.Exists(AzureDomains, d => IsBelow(host, d)) ? new Azure(host)
        : AmazonOf(host);

    /// <summary>
    /// Reads a private registry of ECR: ACCOUNT.dkr.ecr.REGION.amazonaws.com, dkr.ecr-fips for FIPS, or
    /// ACCOUNT.dkr-ecr.REGION.on.aws.
    /// </summary>
    private static Amazon? AmazonOf(string host)
    {
        var parts = host.Split('.');
        if (parts[0].Length != AccountLength || !parts[0].All(char.IsAsciiDigit))
        {
            return null;
        }

        var (isFips, rest) = parts switch
        {
            [_, "dkr", "ecr", .. var after] => (false, after),
            [_, "dkr", "ecr-fips", .. var after] => (true, after),
            [_, "dkr-ecr", .. var after] => (false, after),
            [_, "dkr-ecr-fips", .. var after] => (true, after),
            _ => (false, []),
        };
        return
            rest is [var region, .. var domain]
            && IsRegion(region)
            && AmazonDomains.TryGetValue(string.Join('.', domain), out var api)
            ? new Amazon(region, new Uri($"https://{(isFips ? "ecr-fips" : "api.ecr")}.{region}.{api}/"))
            : null;
    }

    private static bool IsRegion(string text) =>
        text.Length is > 0 and <= LongestRegion
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static bool IsBelow(string host, string domain) =>
        host.Length > domain.Length
        && host.EndsWith(domain, StringComparison.Ordinal)
        && host[..^domain.Length].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');

    /// <summary>Says that it is Artifact Registry or Container Registry.</summary>
    public sealed record Google : CloudRegistry;

    /// <summary>Says that it is ECR.</summary>
    /// <param name="Region">The region that it is in, of whose registries one token is.</param>
    /// <param name="Api">Where tokens are asked for.</param>
    public sealed record Amazon(string Region, Uri Api) : CloudRegistry;

    /// <summary>Says that it is Azure Container Registry.</summary>
    /// <param name="Host">The registry's own, which gives tokens for itself alone.</param>
    public sealed record Azure(string Host) : CloudRegistry;
}
