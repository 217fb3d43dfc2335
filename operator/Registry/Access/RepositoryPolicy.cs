using System.Diagnostics.CodeAnalysis;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Access;

/// <summary>
/// Says which repositories whoever runs the operator lets the objects of a namespace use: lines
/// <c>NAMESPACE=PREFIX[,PREFIX]</c>, of which <c>*</c> stands for all namespaces or all repositories, and
/// <c>{namespace}</c> in a prefix for the name of the namespace. As soon as there is one, what none allows isn't.
/// </summary>
internal sealed class RepositoryPolicy
{
    /// <summary>Is the line that allows nothing, for whoever has no other yet.</summary>
    public const string DenyAll = "deny-all";

    public const string Option = "--repository-policy";

    private const string Everything = "*";

    private const string Placeholder = "{namespace}";

    /// <summary>Lets a prefix be parsed as a repository: a host alone is none.</summary>
    private const string Below = "/any/any";

    public static readonly RepositoryPolicy AllowAll = new(null);

    private readonly IReadOnlyDictionary<string, List<string>>? _prefixes;

    private RepositoryPolicy(IReadOnlyDictionary<string, List<string>>? prefixes) => _prefixes = prefixes;

    /// <summary>Gets whether anything was said: what is shared among namespaces must be.</summary>
    public bool IsGiven => _prefixes is not null;

    /// <summary>Gets the repository of the operator's own default server image, which all may read.</summary>
    public ImageRepository? Shared { get; private init; }

    /// <summary>Reads the option's values; an error names the one that is wrong.</summary>
    public static bool TryParse(
        IEnumerable<string> lines,
        [NotNullWhen(true)] out RepositoryPolicy? policy,
        [NotNullWhen(false)] out string? error
    )
    {
        (policy, error) = (null, null);
        var prefixes = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var line in lines.Where(l => l != DenyAll))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var (ns, list) = equals < 0 ? ("", line) : (line[..equals], line[(equals + 1)..]);
            if (ns != Everything && !NameSyntax.IsNamespace(ns))
            {
                error =
                    $"{Quoted.Of(line)} isn't NAMESPACE=PREFIX[,PREFIX], such as ml=registry.example.com/ml, nor "
                    + DenyAll;
                return false;
            }

            foreach (var prefix in list.Split(','))
            {
                if (Normal(prefix) is not { } normal)
                {
                    error =
                        $"{Quoted.Of(prefix)} isn't the beginning of repositories, such as registry.example.com/team "
                        + $"or registry.example.com/{Placeholder}";
                    return false;
                }

                prefixes.TryAdd(ns, []);
                prefixes[ns].Add(normal);
            }
        }

        policy = new RepositoryPolicy(prefixes);
        return true;
    }

    /// <summary>Returns the same with an image that all may read, whatever their prefixes.</summary>
    public RepositoryPolicy Sharing(string image) =>
        ImageReference.TryParse(image, out var reference, out _)
            ? new RepositoryPolicy(_prefixes) { Shared = reference.Repository }
            : this;

    /// <summary>Tells whether a namespace's objects may write to a repository.</summary>
    public bool Allows(string ns, ImageRepository repository) =>
        _prefixes is null || Of(ns).Any(prefix => Covers(prefix, repository.Identity));

    /// <summary>Tells whether they may read it with an identity that isn't their own.</summary>
    public bool AllowsReading(string ns, ImageRepository repository) =>
        repository.Identity == Shared?.Identity || Allows(ns, repository);

    /// <summary>Returns what is told to a namespace of a repository that it may not use.</summary>
    public string Refuse(string ns, ImageRepository repository) =>
        $"this operator doesn't let namespace {ns} use the repository {repository}; "
        + (
            Of(ns).ToList() is { Count: > 0 } own
                ? $"name one below {string.Join(", ", own)}, or have whoever runs the operator allow it with "
                : "have whoever runs the operator allow it with "
        )
        + $"{Option} {ns}={repository.Identity}";

    private IEnumerable<string> Of(string ns) =>
        new[] { ns, Everything }
            .SelectMany(key => _prefixes?.GetValueOrDefault(key) ?? [])
            .Select(prefix => prefix.Replace(Placeholder, ns, StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal);

    /// <summary>A prefix ends where a part of the path ends.</summary>
    private static bool Covers(string prefix, string repository) =>
        prefix == Everything
        || repository == prefix
        || (
            repository.StartsWith(prefix, StringComparison.Ordinal)
            && repository.Length > prefix.Length
            && repository[prefix.Length] == '/'
        );

    /// <summary>Returns a prefix as <see cref="ImageRepository.Identity"/> begins; null when it is none.</summary>
    private static string? Normal(string prefix)
    {
        if (prefix == Everything)
        {
            return prefix;
        }

        const string stand = "namespace-placeholder";
        var slash = prefix.IndexOf('/', StringComparison.Ordinal);
        var text = prefix.Replace(Placeholder, stand, StringComparison.Ordinal) + Below;
        return
            (slash < 0 ? prefix : prefix[..slash]).Contains(Placeholder, StringComparison.Ordinal)
            || ReferenceSyntax.OfRepository(text) is not null
            || !ImageRepository.TryParse(text, out var repository, out _)
            ? null
            : repository.Identity[..^Below.Length].Replace(stand, Placeholder, StringComparison.Ordinal);
    }
}
