using GemmaOperator.Registry.Access;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>What the operator's administrator says about all builds.</summary>
internal sealed record KanikoOptions
{
    public static KanikoOptions Default { get; } = new();

    /// <summary>Where pulls really go; the registry itself is asked when its mirror doesn't have an image.</summary>
    public RegistryMirrors Mirrors { get; init; } = RegistryMirrors.None;

    /// <summary>Hosts, with their ports, that are asked without TLS; for local registries.</summary>
    public IReadOnlyList<string> InsecureHosts { get; init; } = [];
}
