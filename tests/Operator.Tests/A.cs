using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Cluster;
using k8s.Models;

namespace Operator.Tests;

/// <summary>Builders of test data: <c>A.BaseImage()</c>, <c>A.Build(1).Succeeded()</c>.</summary>
internal static class A
{
    /// <summary>A Monday, half an hour before the sample's weekly tick.</summary>
    public static readonly DateTime Morning = new(2026, 11, 23, 8, 30, 0, DateTimeKind.Utc);

    public const string BaseReference = "pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime";

    public static readonly DeclaredBase Base = DeclaredBase.Parse(BaseReference);

    public static string Digest(int n) => "sha256:" + n.ToString("x", CultureInfo.InvariantCulture).PadLeft(64, '0');

    public static GemmaBaseImage BaseImage(Func<GemmaBaseImageSpec, GemmaBaseImageSpec>? change = null)
    {
        var spec = new GemmaBaseImageSpec
        {
            Base = new BaseSpec
            {
                Pytorch = "2.10.0",
                Cuda = "12.8",
                Cudnn = "9",
            },
            Output = new OutputSpec { Repository = "registry.example/team/gemma-base" },
            Rollout = new RolloutSpec { Server = new ServerSpec { Image = "registry.example/team/server:1" } },
        };
        return new GemmaBaseImage
        {
            Metadata = new V1ObjectMeta
            {
                Name = "gemma",
                NamespaceProperty = "ml",
                Uid = "11111111-2222-3333-4444-555555555555",
                Generation = 1,
                CreationTimestamp = Morning.AddDays(-1),
            },
            Spec = change is null ? spec : change(spec),
        };
    }

    public static GemmaBaseImage Asking(this GemmaBaseImage image, string request)
    {
        image.Metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ApiGroup.RequestedAtAnnotation] = request,
        };
        return image;
    }

    public static BuildRequest.Known Inputs(
        string inputs = "i1",
        string? attempt = null,
        string publish = "p1",
        string? requirements = null
    )
    {
        var spec = BaseImage().Spec! with { Requirements = new RequirementsSpec { Inline = requirements ?? "" } };
        var known = (BuildRequest.Known)
            BuildRequest.From(
                spec,
                ParsedSpec.Parse(spec, null, null).Value,
                new BuildTemplate
                {
                    Output = spec.Output,
                    Application = new ApplicationTemplate
                    {
                        ServerImage = "registry.example/team/server:1",
                        Repository = "registry.example/team/gemma-base-service",
                    },
                }
            );
        return known with
        {
            InputsHash = inputs,
            AttemptHash = attempt ?? inputs + "-a",
            PublishHash = publish,
            Fields = new Dictionary<string, string>(known.Fields, StringComparer.Ordinal)
            {
                ["spec.base.pytorch"] = requirements is null ? inputs : "i",
            },
            RequirementsFromConfigMap = requirements is not null,
        };
    }

    public static ImageSnapshot Snapshot(
        GemmaBaseImage? image = null,
        BuildRequest? inputs = null,
        IReadOnlyList<GemmaBuild>? builds = null,
        ScheduleFacts? schedule = null,
        DateTime? now = null
    ) =>
        new()
        {
            Now = now ?? Morning,
            Image = image ?? BaseImage(),
            Inputs = inputs ?? Inputs(),
            Builds = builds ?? [],
            Schedule = schedule,
        };

    public static GemmaBaseImage Knowing(this GemmaBaseImage image, int digest, DateTime? checkedAt = null) =>
        image with
        {
            Status = (image.Status ?? new GemmaBaseImageStatus()) with
            {
                ResolvedBase = new ResolvedBase
                {
                    Reference = BaseReference,
                    Digest = Digest(digest),
                    CheckedAt = checkedAt ?? Morning,
                },
            },
        };

    public static GemmaBuild Build(
        long number,
        BuildRequest.Known? inputs = null,
        int baseDigest = 1,
        DateTime? created = null
    )
    {
        var known = inputs ?? Inputs();
        return new GemmaBuild
        {
            Metadata = new V1ObjectMeta
            {
                Name = $"gemma-b{number}",
                NamespaceProperty = "ml",
                Uid = $"build-{number}",
                Generation = 1,
                CreationTimestamp = created ?? Morning.AddHours(-2),
                OwnerReferences = [Ownership.By(BaseImage())],
            },
            Spec = new GemmaBuildSpec
            {
                ImageRef = new ImageOwnerReference
                {
                    Name = "gemma",
                    Uid = "11111111-2222-3333-4444-555555555555",
                    Generation = 1,
                },
                Number = number,
                Reasons = [BuildReason.Initial],
                Resolved = new ResolvedInputs
                {
                    BaseReference = BaseReference,
                    BaseDigest = Digest(baseDigest),
                    Dockerfile = "FROM base",
                    InputsHash = known.InputsHash,
                    AttemptHash = known.AttemptHash,
                    PublishHash = known.PublishHash,
                    Fields = known.Fields,
                    Rendering = NextBuildRenderer.RenderingOf(known),
                },
                Template = known.Template,
            },
        };
    }

    public static ImageStatus Image(long build, string name = "gemma-base") =>
        new()
        {
            Reference = $"registry.example/team/{name}@{Digest((int)build + 100)}",
            Digest = Digest((int)build + 100),
            Tag = $"b{build}-abc",
            Build = $"gemma-b{build}",
        };

    public static GemmaBuild Succeeded(this GemmaBuild build) =>
        build with
        {
            Status = new GemmaBuildStatus
            {
                Conditions = [Condition(ConditionType.Succeeded, "True", "Completed")],
                Candidate = Image(build.Number),
                Promoted = Image(build.Number),
                Application = build.Spec!.Template.Application is null
                    ? null
                    : Image(build.Number, "gemma-base-service"),
                StartTime = build.Metadata.CreationTimestamp,
                CompletionTime = build.Metadata.CreationTimestamp!.Value.AddMinutes(15),
            },
        };

    public static GemmaBuild Failed(this GemmaBuild build, string reason = "DependencyResolutionFailed") =>
        build with
        {
            Status = new GemmaBuildStatus { Conditions = [Condition(ConditionType.Succeeded, "False", reason)] },
        };

    /// <summary>Stopped for a newer spec; it ran from its creation on.</summary>
    public static GemmaBuild Superseded(this GemmaBuild build, DateTime at)
    {
        var annotated = build.Annotated(ApiGroup.SupersededByAnnotation, "7");
        return annotated with
        {
            Spec = annotated.Spec! with { Cancel = true },
            Status = (build.Status ?? new GemmaBuildStatus()) with
            {
                Conditions = [Condition(ConditionType.Succeeded, "False", "Canceled")],
                StartTime = build.Metadata.CreationTimestamp,
                CompletionTime = at,
            },
        };
    }

    public static GemmaBuild Canceling(this GemmaBuild build) =>
        build with
        {
            Spec = build.Spec! with { Cancel = true },
        };

    public static GemmaBuild TakingPlaceOf(this GemmaBuild build, string other) =>
        build.Annotated(ApiGroup.TakesPlaceOfAnnotation, other);

    public static GemmaBuild Started(this GemmaBuild build, DateTime at) =>
        build with
        {
            Status = (build.Status ?? new GemmaBuildStatus()) with { StartTime = at },
        };

    public static GemmaBuild WithCandidate(this GemmaBuild build) =>
        build with
        {
            Status = (build.Status ?? new GemmaBuildStatus()) with { Candidate = Image(build.Number) },
        };

    /// <summary>Reconciling for a reason.</summary>
    public static GemmaBuild HeldBy(this GemmaBuild build, BuildHold hold) =>
        build with
        {
            Status = (build.Status ?? new GemmaBuildStatus()) with { HeldBy = WireEnum<BuildHold>.From(hold) },
        };

    public static GemmaBuild Saying(this GemmaBuild build, string reason) =>
        build with
        {
            Status = (build.Status ?? new GemmaBuildStatus()) with
            {
                Conditions = [Condition(ConditionType.Reconciling, "True", reason)],
            },
        };

    private static GemmaBuild Annotated(this GemmaBuild build, string key, string value)
    {
        var annotations = new Dictionary<string, string>(
            build.Metadata.Annotations ?? new Dictionary<string, string>(),
            StringComparer.Ordinal
        )
        {
            [key] = value,
        };
        return build with
        {
            Metadata = new V1ObjectMeta
            {
                Name = build.Metadata.Name,
                NamespaceProperty = build.Metadata.NamespaceProperty,
                Uid = build.Metadata.Uid,
                Generation = build.Metadata.Generation,
                CreationTimestamp = build.Metadata.CreationTimestamp,
                Annotations = annotations,
            },
        };
    }

    public static GemmaBuild Answering(this GemmaBuild build, string request)
    {
        build.Metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ApiGroup.RequestedAtAnnotation] = request,
        };
        return build;
    }

    public static V1Condition Condition(string type, string status, string reason) =>
        new()
        {
            Type = type,
            Status = status,
            Reason = reason,
            Message = reason,
            LastTransitionTime = Morning.AddHours(-1),
        };
}
