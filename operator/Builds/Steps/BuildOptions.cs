using GemmaOperator.Egress;
using GemmaOperator.Registry.Access;

namespace GemmaOperator.Builds.Steps;

/// <summary>Holds what the operator's administrator says about all builds.</summary>
internal sealed record BuildOptions
{
    /// <summary>
    /// Gets where pulls really go; the registry itself is asked when its mirror doesn't have an image.
    /// </summary>
    public RegistryMirrors Mirrors { get; init; } = RegistryMirrors.None;

    /// <summary>Gets the hosts, with their ports, that are asked without TLS; for local registries.</summary>
    public IReadOnlyList<string> InsecureHosts { get; init; } = [];

    /// <summary>Gets the token services that the operator's configuration names.</summary>
    public IReadOnlyList<TokenRealm> TokenRealms { get; init; } = [];

    /// <summary>Gets the operator's own image, which reduces a scanner's report; empty when it wasn't said.</summary>
    public string OperatorImage { get; init; } = "";

    /// <summary>
    /// Gets whether pods that run the code of packages get a user namespace of their own: root in them is nobody on the
    /// node.
    /// </summary>
    public bool UserNamespaces { get; init; }
}
