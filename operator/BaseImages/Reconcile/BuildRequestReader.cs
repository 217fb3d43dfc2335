using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Requirements;
using GemmaOperator.Api.Validation.Engines;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Defaults;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Access;
using GemmaOperator.Builds.Inputs.Updates;
using GemmaOperator.Cluster;
using GemmaOperator.Owners;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Tenancy;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Reads what a spec names (ConfigMaps, Secrets) and understands all of it, or says what is wrong.</summary>
/// <param name="configMaps">Reads ConfigMaps.</param>
/// <param name="secrets">Reads credentials; null where Secrets may not be read: nothing is said of them then.</param>
/// <param name="tokens">Reads tokens; null as with <paramref name="secrets"/>.</param>
/// <param name="defaultServerImage">The operator's server image; empty: it has none.</param>
/// <param name="canScan">Whether candidates can be scanned.</param>
/// <param name="defaultExecutorImage">The operator's executor.</param>
/// <param name="tenants">What specs may name; null: everything.</param>
internal sealed class BuildRequestReader(
    ConfigMapReader configMaps,
    SecretReader? secrets,
    SecretKeyReader? tokens,
    string defaultServerImage,
    bool canScan,
    string defaultExecutorImage = BuildSpec.DefaultExecutorImage,
    TenantPolicy? tenants = null
)
{
    private const string DockerfileKey = "Dockerfile";

    private readonly ParsedInputs _parsed = new();

    private readonly CaBundleReader _bundles = new(configMaps);

    /// <summary>Returns the versions, as they are now, of the Secrets that a build names; null for none.</summary>
    public string? CredentialsVersionOf(GemmaBuild build) => secrets?.VersionOf(configMaps, build);

    /// <summary>Reads it of an object without defaults.</summary>
    public Task<BuildRequest> ReadAsync(GemmaBaseImage image, CancellationToken cancellationToken) =>
        ReadAsync(image, Inheritance.None, cancellationToken);

    /// <param name="image">With its effective spec.</param>
    /// <param name="inherited">What of that is from defaults.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<BuildRequest> ReadAsync(
        GemmaBaseImage image,
        Inheritance inherited,
        CancellationToken cancellationToken
    )
    {
        var parsed = _parsed.Spec(image, inherited.Version);
        if (!parsed.TryGet(out var content))
        {
            return BuildRequest.Refused.Because(inherited.Explain(parsed.Problems));
        }

        var (spec, ns) = (image.Spec!, image.Metadata.NamespaceProperty);
        // What the operator gives to all, it allows.
        var asked = inherited.OfTenant ?? spec;
        if (TenantPolicyCheck.Judge(tenants ?? TenantPolicy.None, asked) is { Count: > 0 } refused)
        {
            return BuildRequest.Refused.Because(inherited.Explain(refused));
        }

        foreach (var (field, name) in NamedObjects.RegistrySecrets(spec))
        {
            if (secrets is not null && await secrets.ProblemAsync(ns, name, cancellationToken) is { } problem)
            {
                return new BuildRequest.Refused(ImageReason.Stalled.SecretNotFound, Told(field, problem))
                {
                    Missing = secrets.IsMissing(ns, name) ? new NamedObject(field, NamedObjects.Secret, name) : null,
                };
            }
        }

        foreach (var (field, name, key) in NamedObjects.TokenSecrets(spec))
        {
            if (tokens is not null && await tokens.ProblemAsync(ns, name, key, cancellationToken) is { } problem)
            {
                return new BuildRequest.Refused(ImageReason.Stalled.SecretNotFound, Told(field, problem))
                {
                    Missing =
                        secrets?.IsMissing(ns, name) == true ? new NamedObject(field, NamedObjects.Secret, name) : null,
                };
            }
        }

        foreach (var (field, name, key) in NamedObjects.IndexSecrets(spec))
        {
            var hosts = IndexHosts.Of(spec, content);
            if (
                tokens is not null
                && await tokens.ProblemAsync(
                    ns,
                    name,
                    key,
                    string.Join(' ', hosts),
                    bytes => Netrc.Judge(bytes, hosts),
                    cancellationToken
                )
                    is { } problem
            )
            {
                return new BuildRequest.Refused(ImageReason.Stalled.SecretNotFound, Told(field, problem))
                {
                    Missing =
                        secrets?.IsMissing(ns, name) == true ? new NamedObject(field, NamedObjects.Secret, name) : null,
                };
            }
        }

        var (requirements, missing) = await TextAsync(
            ns,
            spec.Requirements?.ConfigMapRef,
            RequirementsKey.Default(spec.Requirements?.Format),
            "spec.requirements.configMapRef",
            cancellationToken
        );
        if (missing is null && spec.Build.CaBundleRef is { } bundle)
        {
            (var pem, missing) = await _bundles.ReadAsync(ns, bundle, cancellationToken);
            if (pem is { } wrong)
            {
                return BuildRequest.Refused.Because(inherited.Explain([wrong]));
            }
        }

        if (missing is null)
        {
            (var dockerfile, missing) = await TextAsync(
                ns,
                spec.Dockerfile?.ConfigMapRef,
                DockerfileKey,
                "spec.dockerfile.configMapRef",
                cancellationToken
            );
            if (missing is null)
            {
                var understood = _parsed.Request(
                    image,
                    requirements,
                    dockerfile,
                    () => Understand(spec, content.WithTexts(spec, requirements, dockerfile)),
                    inherited.Version
                );
                return understood is BuildRequest.Known known
                    ? known with
                    {
                        Generation = image.Metadata.Generation,
                        Defaults = inherited.Version,
                    }
                    : understood;
            }
        }

        return new BuildRequest.Refused(ImageReason.Stalled.ConfigMapNotFound, missing)
        {
            Missing = NamedObjects
                .ConfigMaps(spec)
                .Where(o => configMaps.IsMissing(ns, o.Name))
                .Select(o => new NamedObject(o.Field, NamedObjects.ConfigMap, o.Name))
                .FirstOrDefault(),
        };

        string Told(string field, string problem) => $"{field}{inherited.Origin(field)}: {problem}";
    }

    /// <summary>Understands a spec together with the texts that it names.</summary>
    public BuildRequest Understand(GemmaBaseImageSpec spec, Parsed<ParsedSpec> parsed)
    {
        if (!parsed.TryGet(out var content))
        {
            return BuildRequest.Refused.Because(parsed.Problems);
        }

        return OperatorLimits.Refusal(spec, content, canScan, ServerImage(spec).Length > 0)
            ?? BuildRequest.From(spec, content, TemplateOf(spec, content));
    }

    private BuildTemplate TemplateOf(GemmaBaseImageSpec spec, ParsedSpec content) =>
        new()
        {
            Build = spec.Build with { ExecutorImage = spec.Build.ExecutorImage ?? defaultExecutorImage },
            Output = spec.Output,
            Platform = content.Platforms[0],
            Platforms = content.Platforms.Count > 1 ? content.Platforms : null,
            User = spec.User,
            PullSecretRef = spec.Base.PullSecretRef,
            IndexCredentialsRef = IndexHosts.AreNeeded(spec) ? spec.Requirements?.IndexCredentialsRef : null,
            Verification = VerificationOf(spec),
            Application = spec.Rollout.Mode == RolloutMode.Managed ? ApplicationOf(spec) : null,
        };

    /// <summary>A server that is in the base needs nothing on top of it.</summary>
    private ApplicationTemplate ApplicationOf(GemmaBaseImageSpec spec) =>
        spec.Rollout.Server.Engine == ServerEngine.Builtin
            ? new ApplicationTemplate
            {
                ServerImage = ServerImage(spec),
                Repository = NamedRepositories.OfService(spec),
                Port = spec.Rollout.Server.Port,
            }
            : new ApplicationTemplate { Engine = spec.Rollout.Server.Engine, Port = spec.Rollout.Server.Port };

    private static VerificationTemplate VerificationOf(GemmaBaseImageSpec spec)
    {
        var (asked, server) = (spec.Verification, spec.Rollout.Server);
        return new VerificationTemplate
        {
            PullTest = asked.PullTest,
            NonRoot = asked.NonRoot,
            Imports = EngineModules.WithThose(asked.Imports, spec),
            Scan = asked.Scan.Enabled ? asked.Scan : null,
            Pytorch = spec.Base.Pytorch ?? "",
            Cuda = spec.Base.Cuda ?? "",
            SystemUpdates = SystemUpdates.RenderedFor(spec) is { } updates ? updates : null,
            Gpu = !asked.PullTest.RequireGPU
                ? null
                : new GpuPlacement
                {
                    ResourceName = server.Gpu.ResourceName,
                    NodeSelector = server.NodeSelector,
                    Tolerations = server.Tolerations,
                    RuntimeClassName = server.RuntimeClassName,
                },
        };
    }

    private string ServerImage(GemmaBaseImageSpec spec) =>
        spec.Rollout.Server.Image is { Length: > 0 } image ? image : defaultServerImage;

    private async Task<(string? Text, string? Missing)> TextAsync(
        string ns,
        KeyReference? reference,
        string defaultKey,
        string field,
        CancellationToken cancellationToken
    )
    {
        if (reference is null)
        {
            return (null, null);
        }

        var key = reference.Key is { Length: > 0 } given ? given : defaultKey;
        var (text, error) = await configMaps.ReadAsync(ns, reference.Name, key, cancellationToken);
        return (text, error is null ? null : $"{field}: {error}");
    }
}
