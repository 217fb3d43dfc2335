using System.CommandLine;
using GemmaOperator.Egress;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;
using GemmaOperator.Registry.Staging;

namespace GemmaOperator.Hosting;

/// <summary>Reads what both containers of a build that hold credentials are told: what it may read and write.</summary>
internal sealed class BuildAccess
{
    private readonly Option<string> _folder = new("--staging")
    {
        Description = "Folder for what the build writes.",
        Required = true,
    };

    private readonly Option<ImageReference> _base = new("--base")
    {
        Description = "The base, by digest.",
        Required = true,
        CustomParser = CommandLineValues.PinnedReference,
    };

    private readonly Option<string> _platform = new("--platform")
    {
        Description = "Platform of the base.",
        Required = true,
    };

    private readonly Option<ImageReference?> _target = new("--target")
    {
        Description = "HOST/PATH:TAG of the result.",
        Required = true,
        CustomParser = CommandLineValues.Reference,
    };

    private readonly Option<ImageRepository?> _cache = new("--cache")
    {
        Description = "Repository of cached layers.",
        CustomParser = CommandLineValues.Repository,
    };

    private readonly Option<string[]> _credentials = new("--credentials")
    {
        Description = "Docker config. Repeatable; the last one that knows a registry counts.",
    };

    private readonly Option<RegistryMirrors?> _mirrors = new("--registry-mirror")
    {
        Description = "HOST=MIRROR: where requests for a registry go. Repeatable.",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = CommandLineValues.Mirrors,
    };

    private readonly Option<string[]?> _insecure = new("--insecure-registry")
    {
        Description = "Registry host spoken to over plain HTTP. Repeatable.",
        CustomParser = CommandLineValues.Hosts,
    };

    private readonly Option<bool> _insecureTarget = new("--insecure-target")
    {
        Description = "The target's host is spoken to over plain HTTP, and gets no credential unless it is named, too.",
    };

    private readonly EgressArguments _egress = new();

    public IEnumerable<Option> Options =>
        [
            _folder,
            _base,
            _platform,
            _target,
            _cache,
            _credentials,
            _mirrors,
            _insecure,
            _insecureTarget,
            _egress.Realms,
        ];

    public StagedImages Staged(ParseResult result) => new(result.GetValue(_folder)!);

    public StagingPlan Plan(ParseResult result, bool writesCache = false) =>
        new()
        {
            Base = result.GetValue(_base)!,
            Platform = result.GetValue(_platform)!,
            Target = result.GetValue(_target)!,
            Cache = result.GetValue(_cache),
            WritesCache = writesCache,
        };

    /// <summary>Returns the connections of a build: its pod may reach what its spec names wherever that is.</summary>
    public HttpClient Http(ParseResult result, TimeProvider time) =>
        RegistryConnections.Client(new EgressRules(Egress(result)), time);

    /// <exception cref="FormatException">A docker config isn't one.</exception>
    /// <exception cref="IOException">One can't be read.</exception>
    public async Task<RegistryClient> ClientAsync(
        ParseResult result,
        HttpClient http,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var plan = Plan(result);
        var credentials = DockerConfig.Empty;
        foreach (var file in result.GetValue(_credentials) ?? [])
        {
            var bytes = await File.ReadAllBytesAsync(file, cancellationToken);
            credentials = DockerConfig.TryParse(bytes, out var read, out var error)
                ? credentials.With(read)
                : throw new FormatException($"{file}: {error}");
        }

        var access = RegistryAccess.Anonymous with
        {
            Credentials = credentials,
            Mirrors = result.GetValue(_mirrors) ?? RegistryMirrors.None,
            InsecureHosts = result.GetValue(_insecure) ?? [],
            Egress = Egress(result),
            Fields = RepositoryFields.OfBuild(plan.Target.Repository, plan.Cache, plan.Base.Repository),
        };
        var host = plan.Target.Repository.Host;
        return new RegistryClient(http, result.GetValue(_insecureTarget) ? access.WithInsecure(host) : access, time);
    }

    private EgressPolicy Egress(ParseResult result)
    {
        var plan = Plan(result);
        string[] insecure = result.GetValue(_insecure) ?? [];
        if (result.GetValue(_insecureTarget))
        {
            insecure = [.. insecure, plan.Target.Repository.Host];
        }

        ImageRepository?[] named = [plan.Base.Repository, plan.Target.Repository, plan.Cache];
        return EgressSettings.For(
            [],
            result.GetValue(_egress.Realms) ?? [],
            insecure,
            result.GetValue(_mirrors) ?? RegistryMirrors.None,
            [.. named.OfType<ImageRepository>().Select(r => EgressSettings.Registry(r.Host, insecure))]
        );
    }
}
