using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace Benchmarks.Fleet;

/// <summary>
/// Creates GemmaBaseImages whose first build has succeeded, with that build as the operator's own plan makes it: what
/// follows, the workload and the status, is left to the operator.
/// </summary>
internal sealed class SettledImages(IKubeApi api, string ns)
{
    public const string Manager = "kubectl";

    private static readonly string Digest = $"sha256:{new string('a', 64)}";

    private readonly BuildRequestReader _inputs = new(
        configMaps: null!,
        secrets: null!,
        tokens: null!,
        "registry.example.com/gemma-server:1",
        canScan: false
    );

    public static string NameOf(int i) => $"image-{i}";

    /// <summary>
    /// Returns the manifest of one image; <paramref name="value"/> changes its Deployment and none of its pods.
    /// </summary>
    public GemmaBaseImage Manifest(int i, int value) =>
        new()
        {
            Metadata = new V1ObjectMeta { NamespaceProperty = ns, Name = NameOf(i) },
            Spec = new GemmaBaseImageSpec
            {
                Schedule = "0 3 * * 0",
                Base = new BaseSpec
                {
                    Pytorch = "2.10.0",
                    Cuda = "12.8",
                    Cudnn = "9",
                },
                Output = new OutputSpec { Repository = $"registry.example.com/team/image-{i}" },
                Rollout = new RolloutSpec
                {
                    SmokeTest = new SmokeTestSpec { Enabled = false },
                    PrePull = new PrePullSpec { Enabled = false },
                    Rollback = new RollbackSpec { SoakTime = "0s" },
                    ProgressDeadline = $"{60 + value}m",
                },
            },
        };

    public async Task CreateAsync(int i, CancellationToken cancellationToken)
    {
        var image = await api.ApplyAsync(Manifest(i, value: 0), cancellationToken);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var inputs = (BuildRequest.Known)await _inputs.ReadAsync(image, cancellationToken);
        var known = new ResolvedBase
        {
            Reference = inputs.Base.Text,
            Digest = Digest,
            CheckedAt = Conditions.WholeSeconds(now),
        };
        image = image with { Status = new GemmaBaseImageStatus { ResolvedBase = known } };
        var start = (ImageDecision.StartBuild)
            ImagePlanner.Decide(
                new ImageSnapshot
                {
                    Now = now,
                    Image = image,
                    Builds = [],
                    Inputs = inputs,
                }
            );

        await api.ApplyStatusAsync(Only(image), cancellationToken);
        var made = await api.CreateAsync(start.Build, cancellationToken);
        await api.ApplyStatusAsync(Succeeded(made, now), cancellationToken);
    }

    private GemmaBaseImage Only(GemmaBaseImage image) =>
        new()
        {
            Metadata = new V1ObjectMeta { NamespaceProperty = ns, Name = image.Metadata.Name },
            Status = image.Status,
        };

    public static GemmaBuild Succeeded(GemmaBuild build, DateTime now)
    {
        var repository = build.Spec!.Template.Output.Repository;
        var pushed = new ImageStatus
        {
            Reference = $"{repository}@{Digest}",
            Digest = Digest,
            Tag = "b1",
            SizeBytes = 8L << 30,
            Build = build.BuildName,
        };
        return new GemmaBuild
        {
            Metadata = new V1ObjectMeta
            {
                NamespaceProperty = build.Metadata.NamespaceProperty,
                Name = build.BuildName,
            },
            Status = new GemmaBuildStatus
            {
                ObservedGeneration = build.Metadata.Generation,
                Attempts = 1,
                Candidate = pushed,
                Promoted = pushed,
                Application = pushed with { Reference = $"{repository}-service@{Digest}" },
                Verification = new VerificationStatus
                {
                    User = "10001:10001",
                    Uid = 10001,
                    Gid = 10001,
                    TorchVersion = "2.10.0+cu128",
                    Imports = ["torch"],
                },
                StartTime = Conditions.WholeSeconds(now - TimeSpan.FromMinutes(15)),
                CompletionTime = Conditions.WholeSeconds(now),
                Conditions =
                [
                    new V1Condition
                    {
                        Type = ConditionType.Succeeded,
                        Status = "True",
                        Reason = "BuildSucceeded",
                        Message = "Built, verified and published",
                        LastTransitionTime = Conditions.WholeSeconds(now),
                        ObservedGeneration = build.Metadata.Generation,
                    },
                ],
            },
        };
    }
}
