using GemmaOperator.Egress;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Access;

/// <summary>Says how registries are reached: credentials, mirrors, and the hosts that speak plain HTTP.</summary>
internal sealed record RegistryAccess
{
    public static readonly RegistryAccess Anonymous = new();

    public DockerConfig Credentials { get; init; } = DockerConfig.Empty;

    public RegistryMirrors Mirrors { get; init; } = RegistryMirrors.None;

    /// <summary>Hosts (with their ports) spoken to over plain HTTP; all others over HTTPS.</summary>
    public IReadOnlyCollection<string> InsecureHosts { get; init; } = [];

    /// <summary>Gets where the repositories that are asked are named.</summary>
    public RepositoryFields Fields { get; init; } = RepositoryFields.None;

    /// <summary>Gets where the operator's requests may go.</summary>
    public EgressPolicy Egress { get; init; } = EgressPolicy.Default;

    public bool IsInsecure(string host) => InsecureHosts.Contains(host, StringComparer.Ordinal);

    /// <summary>Gathers what a remedy may name; a mirror is named by the operator's own options.</summary>
    public RegistryAdvice About(ImageRepository repository, ImageLocation location)
    {
        var (host, path) = (location.Host, location.Path);
        var named = Fields.Find(repository);
        var option = Fields.IsOfHost ? $"{Fields.InsecureOption}={host}" : Fields.InsecureOption;
        var byField = Fields.InsecureByField == host;
        return new RegistryAdvice(
            location.ToString(),
            host == repository.Host ? named?.Field : "--registry-mirror",
            named?.Credentials,
            Credentials.For(host, path) is null
                ? Credentials.WhyNone(host, path) ?? "no credentials are set for it"
                : null,
            !IsInsecure(host) ? null
                : byField ? $"spec.output.insecure or {option}"
                : option,
            byField ? "set spec.output.insecure" : $"say so with {option}"
        );
    }

    public RegistryAccess WithInsecure(string host) => this with { InsecureHosts = [.. InsecureHosts, host] };
}
