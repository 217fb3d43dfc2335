using System.CommandLine;
using GemmaOperator.Api.Builds;
using GemmaOperator.Egress;
using GemmaOperator.Registry.Access;

namespace GemmaOperator.Hosting;

/// <summary>
/// Holds what <c>check --upgrade</c> may be told of the operator that comes in: those of its options that judge specs.
/// </summary>
internal sealed class UpgradeArguments
{
    private readonly Option<bool> _upgrade = new("--upgrade")
    {
        Description =
            "Tells instead what this release would build, whose pods it would replace and whose spec it would refuse, "
            + "if it came in with the options that are given here, too.",
    };

    private readonly Option<string?> _serverImage = new("--server-image")
    {
        Description = "With --upgrade: the operator's --server-image (default: what each object was built with).",
        CustomParser = CommandLineValues.Image,
    };

    private readonly Option<string?> _executorImage = new("--executor-image")
    {
        Description = "With --upgrade: the operator's --executor-image.",
        CustomParser = CommandLineValues.Image,
    };

    private readonly Option<RegistryMirrors?> _mirrors = new("--registry-mirror")
    {
        Description = "With --upgrade: HOST=MIRROR, as the operator has it. Repeatable.",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = CommandLineValues.Mirrors,
    };

    private readonly Option<RepositoryPolicy?> _policy = new(RepositoryPolicy.Option)
    {
        Description = "With --upgrade: NAMESPACE=PREFIX[,PREFIX], as the operator has it. Repeatable.",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = CommandLineValues.Policy,
    };

    private readonly TenancyOptions _tenancy = new();

    public IEnumerable<Option> All => [_upgrade, _serverImage, _executorImage, _mirrors, _policy, .. _tenancy.All];

    public bool Given(ParseResult result) => result.GetValue(_upgrade);

    /// <summary>Returns the operator that comes in, as far as it is told.</summary>
    public OperatorOptions Read(
        ParseResult result,
        IReadOnlyList<string> insecure,
        IReadOnlyList<HostAndPort> trusted,
        ClusterNetworks networks
    )
    {
        var server = result.GetValue(_serverImage) ?? "";
        var executor = result.GetValue(_executorImage) is { Length: > 0 } given
            ? given
            : BuildSpec.DefaultExecutorImage;
        return new OperatorOptions
        {
            ServerImage = server,
            ExecutorImage = executor,
            Mirrors = result.GetValue(_mirrors) ?? RegistryMirrors.None,
            RepositoryPolicy = result.GetValue(_policy) ?? RepositoryPolicy.AllowAll,
            Tenants = _tenancy.Read(result, executor, server),
            InsecureRegistries = insecure,
            TrustedHosts = trusted,
            ClusterNetworks = networks,
        };
    }
}
