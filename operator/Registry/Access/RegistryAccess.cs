namespace GemmaOperator.Registry.Access;

/// <summary>Says how registries are reached: credentials, mirrors, and the hosts that speak plain HTTP.</summary>
internal sealed record RegistryAccess
{
    public static readonly RegistryAccess Anonymous = new();

    public DockerConfig Credentials { get; init; } = DockerConfig.Empty;

    public RegistryMirrors Mirrors { get; init; } = RegistryMirrors.None;

    /// <summary>Hosts (with their ports) spoken to over plain HTTP; all others over HTTPS.</summary>
    public IReadOnlyCollection<string> InsecureHosts { get; init; } = [];

    public bool IsInsecure(string host) => InsecureHosts.Contains(host, StringComparer.Ordinal);

    public RegistryAccess WithInsecure(string host) => this with { InsecureHosts = [.. InsecureHosts, host] };
}
