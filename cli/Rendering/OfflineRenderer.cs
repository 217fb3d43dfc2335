using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Defaults;
using GemmaOperator.Api.Requirements;
using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Defaults;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Hub;
using GemmaOperator.Registry.References;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Tenancy;
using k8s;
using k8s.Models;
using KubectlGemma.Output;

namespace KubectlGemma.Rendering;

/// <summary>
/// Renders what the operator would make of a manifest, by its own planners and renderers and without any cluster or
/// registry: digests that only a registry knows are zeros.
/// </summary>
internal sealed class OfflineRenderer(
    string serverImage,
    string executorImage,
    string ns,
    DateTime now,
    DefaultsSource? defaults = null
)
{
    private const string DockerfileKey = "Dockerfile";

    private static readonly ImageDigest Unknown = ImageDigest.Parse("sha256:" + new string('0', 64));

    // Only what is understood is asked of it; it reads nothing.
    private readonly BuildRequestReader _understanding = new(null!, null!, null!, serverImage, true, executorImage);

    /// <exception cref="CliException">The operator would refuse it; the message names the fields.</exception>
    public Rendered Render(Manifest manifest, JsonObject json, long line)
    {
        var problems = SchemaCheck.Find(json);
        if (problems.Count > 0)
        {
            throw Wrong(manifest, json, line, problems);
        }

        var image = Inheriting(manifest, Read(manifest, json, line));
        var request = Understand(manifest, image);
        return request is BuildRequest.Known known
            ? Render(image, known)
            : throw Wrong(manifest, json, line, [((BuildRequest.Refused)request).Message]);
    }

    private GemmaBaseImage Read(Manifest manifest, JsonObject json, long line)
    {
        try
        {
            var image = json.Deserialize<GemmaBaseImage>(KubeJson.Options)!;
            image.Metadata.NamespaceProperty ??= ns;
            image.Metadata.Uid ??= Guid.Empty.ToString();
            return image with { Status = null };
        }
        catch (JsonException e)
        {
            throw Wrong(manifest, json, line, [e.Message]);
        }
    }

    /// <exception cref="CliException">Defaults aren't good; the message names their fields.</exception>
    private GemmaBaseImage Inheriting(Manifest manifest, GemmaBaseImage image)
    {
        var (text, _) = manifest.Find(
            image.Metadata.NamespaceProperty,
            DefaultsObjects.Source,
            DefaultsObjects.SourceKey
        );
        var operators = Layer(defaults ?? new DefaultsSource("", null), DefaultsOrigin.Operator, below: null);
        var own = Layer(
            new DefaultsSource($"{manifest.Path}: ConfigMap {DefaultsObjects.Source}", text),
            DefaultsOrigin.Namespace,
            operators
        );
        return image with
        {
            Spec = Inheritance.Of(image.Spec!, new DefaultsInForce(own, operators, [])).Spec ?? image.Spec,
        };
    }

    private static DefaultsLayer? Layer(DefaultsSource source, DefaultsOrigin from, DefaultsLayer? below)
    {
        var state = LayerPolicy.Decide(source, kept: null, from, below, TenantPolicy.None);
        return state.Problem is { } problem ? throw new CliException(ExitCode.Usage, problem) : state.InForce;
    }

    private BuildRequest Understand(Manifest manifest, GemmaBaseImage image)
    {
        var parsed = SpecCheck.Parse(image);
        if (!parsed.TryGet(out var content))
        {
            return BuildRequest.Refused.Because(parsed.Problems);
        }

        var spec = image.Spec!;
        var (requirements, missing) = Find(
            manifest,
            image,
            spec.Requirements?.ConfigMapRef,
            RequirementsKey.Default(spec.Requirements?.Format),
            "spec.requirements.configMapRef"
        );
        var (dockerfile, lacking) = Find(
            manifest,
            image,
            spec.Dockerfile?.ConfigMapRef,
            DockerfileKey,
            "spec.dockerfile.configMapRef"
        );
        return (missing ?? lacking) is { } problem
            ? new BuildRequest.Refused(ImageReason.Stalled.ConfigMapNotFound, problem)
            : _understanding.Understand(spec, content.WithTexts(spec, requirements, dockerfile));
    }

    private static (string? Text, string? Problem) Find(
        Manifest manifest,
        GemmaBaseImage image,
        KeyReference? reference,
        string defaultKey,
        string field
    )
    {
        if (reference is null)
        {
            return (null, null);
        }

        var key = reference.Key is { Length: > 0 } given ? given : defaultKey;
        var (text, problem) = manifest.Find(image.Metadata.NamespaceProperty, reference.Name, key);
        return (text, problem is null ? null : $"{field}: {problem}");
    }

    private Rendered Render(GemmaBaseImage image, BuildRequest.Known known)
    {
        var snapshot = new ImageSnapshot
        {
            Now = now,
            Image = Ungated(image),
            Builds = [],
            Inputs = known,
            Model =
                DeclaredModel.Read(image.Spec!.Rollout.Server.Model, HubEndpoint.Default) ?? new DeclaredModel.None(),
        };
        var build = NextBuildRenderer
            .Render(snapshot, known, DueBuild.Find(snapshot, known)!, new KnownBase(known.Base, Digest(known), now))
            .Build;
        List<IKubernetesObject<V1ObjectMeta>> objects =
        [
            BuildContext.For(build),
            KanikoJob.For(build, attempt: 1, new BuildOptions()),
        ];
        var notes = new List<string>();
        if (build.Spec!.Template.Application is { } application)
        {
            var rollout = RolloutPlanner.Decide(snapshot with { Builds = [Finished(build, application)] });
            if (WorkloadChanges.Decide(rollout) is { } workload)
            {
                objects.AddRange(
                    new IKubernetesObject<V1ObjectMeta>?[]
                    {
                        workload.Deployment,
                        workload.Service,
                        workload.Budget,
                    }.OfType<IKubernetesObject<V1ObjectMeta>>()
                );
            }
            else
            {
                notes.Add(
                    "no Deployment: "
                        + (rollout is RolloutDecision.Hold hold ? hold.Message : "the operator would write none")
                );
            }
        }

        return new Rendered(image, build, build.Spec.Resolved.Dockerfile, objects, notes);
    }

    /// <summary>A base by digest is known; what a tag stands for is the registry's to say.</summary>
    private static ImageDigest Digest(BuildRequest.Known known) =>
        ImageReference.TryParse(known.Base.Text, out var reference, out _) && reference.Digest is { } digest
            ? digest
            : Unknown;

    /// <summary>Takes away what only time and people decide.</summary>
    private static GemmaBaseImage Ungated(GemmaBaseImage image) =>
        image with
        {
            Spec = image.Spec! with
            {
                Suspend = false,
                Rollout = image.Spec.Rollout with
                {
                    Approval = RolloutApproval.Automatic,
                    Window = null,
                    PinnedBuild = "",
                },
            },
        };

    private static GemmaBuild Finished(GemmaBuild build, ApplicationTemplate application)
    {
        // Where nothing is put onto the base, the base is what serves.
        var repository =
            application.Repository.Length > 0 ? application.Repository : build.Spec!.Template.Output.Repository;
        var image = new ImageStatus
        {
            Reference = $"{repository}@{Unknown}",
            Digest = Unknown.ToString(),
            Build = build.BuildName,
        };
        return build with
        {
            Status = new GemmaBuildStatus
            {
                Conditions =
                [
                    new V1Condition
                    {
                        Type = ConditionType.Succeeded,
                        Status = "True",
                        Reason = ImageReason.BuildSucceeded.Completed,
                    },
                ],
                Candidate = image,
                Promoted = image,
                Application = image,
            },
        };
    }

    private static CliException Wrong(Manifest manifest, JsonObject json, long line, IEnumerable<string> problems) =>
        new(
            ExitCode.Usage,
            $"{manifest.Path}: {(string?)json["metadata"]?["name"] ?? "GemmaBaseImage"} (line {line}): "
                + string.Join(". ", problems.Take(ErrorSummary.Told))
        );
}
