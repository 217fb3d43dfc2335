using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Patching;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Operator.Tests.Trials.Months.World;

namespace Operator.Tests.Trials.Years;

/// <summary>Names the objects of a simulated year, each of which is kept fresh in another way.</summary>
internal static class Fleet
{
    /// <summary>Is asked before it is built, patched, and scanned each day.</summary>
    public const string Probed = "probed";

    /// <summary>Takes updates of the security suite alone, and is built as a whole each time.</summary>
    public const string Security = "security";

    /// <summary>Has a Dockerfile of its own, which nobody but a build can ask.</summary>
    public const string Own = "own";

    /// <summary>Pins all that it has, and is built each week all the same.</summary>
    public const string Pinned = "pinned";

    public static readonly IReadOnlyList<string> Names = [Probed, Security, Own, Pinned];

    /// <summary>Is how long what serves may have what a newer package mends.</summary>
    public static readonly SlaSpec Sla = new() { High = "72h", Medium = "336h" };

    /// <summary>What comes with point releases alone is nothing that the security suite has.</summary>
    public static SlaSpec SlaOf(string name) => name == Security ? Sla with { Medium = null } : Sla;

    public static Wish WishOf(string name) =>
        name switch
        {
            Pinned => new Wish(SystemUpdatePolicy.None, Listed: false),
            Security => new Wish(SystemUpdatePolicy.Security, Listed: true),
            _ => new Wish(SystemUpdatePolicy.All, Listed: true),
        };

    /// <summary>Creates objects, and what they name.</summary>
    public static void Begin(SimStore store, IReadOnlyList<string> names)
    {
        var metadata = new V1ObjectMeta { Name = "own", NamespaceProperty = SimPeople.Namespace };
        store.Create(new PartialObjectMetadata<V1ConfigMap> { Metadata = metadata });
        store.Create(
            new V1ConfigMap
            {
                Metadata = metadata,
                Data = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["Dockerfile"] =
                        "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nARG CACHE_EPOCH\n"
                        + "RUN apt-get update && apt-get upgrade --yes && pip install -U transformers==4.56.1\n"
                        + "USER 10001:10001\n",
                },
            }
        );
        foreach (var name in names)
        {
            store.Create(
                new GemmaBaseImage
                {
                    Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = SimPeople.Namespace },
                    Spec = Kept(name, Spec(name)),
                }
            );
        }
    }

    private static GemmaBaseImageSpec Spec(string name) =>
        new()
        {
            Base = new BaseSpec
            {
                Pytorch = "2.10.0",
                Cuda = "12.8",
                Cudnn = "9",
            },
            Schedule = "0 3 * * 1",
            StartingDeadlineSeconds = 3 * 24 * 3600,
            Output = new OutputSpec { Repository = $"{SimRegistry.Host}/team/{name}", Insecure = true },
            Rollout = new RolloutSpec
            {
                Server = new ServerSpec { Image = $"{SimRegistry.Host}/team/server:1" },
                Strategy = RolloutStrategy.Surge,
                PrePull = new PrePullSpec { Enabled = false },
            },
        };

    private static GemmaBaseImageSpec Kept(string name, GemmaBaseImageSpec spec) =>
        name switch
        {
            Probed => Scanned(name, Listing(spec)) with { Patching = new PatchingSpec() },
            Security => Scanned(name, Listing(spec)) with
            {
                SystemUpdates = new SystemUpdatesSpec { Policy = SystemUpdatePolicy.Security },
            },
            Own => Scanned(name, spec) with
            {
                Dockerfile = new DockerfileSpec { ConfigMapRef = new KeyReference { Name = "own" } },
            },
            _ => spec with
            {
                SystemUpdates = new SystemUpdatesSpec { Policy = SystemUpdatePolicy.None },
                Requirements = new RequirementsSpec { Inline = "transformers==4.56.1\n" },
            },
        };

    private static GemmaBaseImageSpec Listing(GemmaBaseImageSpec spec) =>
        spec with
        {
            SystemPackages = ["curl", "git"],
            Requirements = new RequirementsSpec { Inline = "transformers==4.56.1\n" },
        };

    private static GemmaBaseImageSpec Scanned(string name, GemmaBaseImageSpec spec) =>
        spec with
        {
            Sla = SlaOf(name),
            Triggers = spec.Triggers with
            {
                Packages = name == Own ? null : new PackagesTrigger(),
                Vulnerabilities = new VulnerabilityTrigger
                {
                    Severity = name == Security ? VulnerabilitySeverity.High : VulnerabilitySeverity.Medium,
                },
            },
            Verification = spec.Verification with
            {
                Scan = new ScanSpec { Image = "scanner.example/trivy@" + A.Digest(1) },
            },
        };
}
