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

    /// <summary>
    /// Gets the hosts that are spoken to over plain HTTP since a spec says so, and the operator's configuration
    /// doesn't: no credential goes there.
    /// </summary>
    public IReadOnlyCollection<string> HostsWithoutCredentials { get; private init; } = [];

    public bool IsInsecure(string host) => InsecureHosts.Contains(host, StringComparer.Ordinal);

    /// <summary>Returns the credential that may be sent to a place; null when there is none that may.</summary>
    public RegistryCredential? CredentialFor(ImageLocation at) =>
        HostsWithoutCredentials.Contains(at.Host, StringComparer.Ordinal) ? null : Credentials.For(at.Host, at.Path);

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
            HostsWithoutCredentials.Contains(host, StringComparer.Ordinal) && Credentials.For(host, path) is not null
                    ? "credentials go over plain HTTP only where "
                        + (
                            Fields.IsOfCommand
                                ? $"the command line says so ({option})"
                                : $"the operator's configuration says so (--insecure-registry={host})"
                        )
                : Credentials.For(host, path) is null
                    ? Credentials.WhyNone(host, path) ?? "no credentials are set for it"
                : null,
            !IsInsecure(host) ? null
                : byField ? $"spec.output.insecure or {option}"
                : option,
            byField ? "set spec.output.insecure" : $"say so with {option}"
        );
    }

    /// <summary>Returns the same for a host of which a spec alone says that it speaks plain HTTP.</summary>
    public RegistryAccess WithInsecure(string host) =>
        IsInsecure(host)
            ? this
            : this with
            {
                InsecureHosts = [.. InsecureHosts, host],
                HostsWithoutCredentials = [.. HostsWithoutCredentials, host],
            };
}
