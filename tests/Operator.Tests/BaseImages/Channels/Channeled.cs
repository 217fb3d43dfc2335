using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Bases;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Channels;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Channels;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds.Inputs;

namespace Operator.Tests.BaseImages.Channels;

/// <summary>Objects whose base has a channel, and their builds on versions of it.</summary>
internal static class Channeled
{
    public static string On(string version) => $"pytorch/pytorch:{version}-cuda12.8-cudnn9-runtime";

    public static BaseVersion Version(string text) => BaseVersion.Parse(text)!.Value;

    public static GemmaBaseImage Image(
        BaseChannel channel = BaseChannel.Minor,
        ChannelStatus? status = null,
        Func<GemmaBaseImageSpec, GemmaBaseImageSpec>? change = null
    ) =>
        A.BaseImage(s =>
        {
            s = s with { Base = s.Base! with { Channel = channel } };
            return change is null ? s : change(s);
        }) with
        {
            Status = new GemmaBaseImageStatus { Base = status },
        };

    public static ChannelStatus Remembered(
        BaseChannel channel = BaseChannel.Minor,
        string? taken = null,
        string? from = null,
        bool hasProved = false,
        params string[] refused
    ) =>
        new()
        {
            Channel = channel,
            Declared = On("2.10.0"),
            Taken = taken is null ? null : On(taken),
            From = from is null ? null : On(from),
            ProvedAt = hasProved ? A.Morning : null,
            Refused = refused.Length == 0 ? null : [.. refused.Select(v => new RefusedBase { Version = v })],
        };

    public static ChannelFacts Facts(ChannelStatus status) => Settled(Image(status.Channel.Value!.Value, status))!;

    /// <summary>Returns what is remembered, judged by builds; null without a channel.</summary>
    public static ChannelFacts? Settled(
        GemmaBaseImage image,
        IReadOnlyList<GemmaBuild>? builds = null,
        BuildRequest.Known? inputs = null,
        BuildRequest.Known? former = null
    ) =>
        ChannelState.Read(image) is { } facts
            ? ChannelState.Settle(facts with { FormerInputs = former }, image, inputs, builds ?? [], A.Morning)
            : null;

    /// <summary>Returns what a spec comes to on a version.</summary>
    public static BuildRequest.Known Inputs(string version, string? requirements = null)
    {
        var image = Image();
        var spec = image.Spec! with
        {
            Base = Facts(Remembered()).Line.With(Version(version)),
            Requirements = new RequirementsSpec { Inline = requirements ?? "" },
        };
        return (BuildRequest.Known)
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
            ) with
        {
            DeclaredBase = On("2.10.0"),
        };
    }

    public static GemmaBuild Build(long number, string version, string? requirements = null)
    {
        var build = A.Build(number, Inputs(version, requirements), baseDigest: (int)Version(version).Minor);
        return build with
        {
            Spec = build.Spec! with
            {
                Resolved = build.Spec.Resolved with { BaseReference = On(version), DeclaredBase = On("2.10.0") },
            },
        };
    }

    public static GemmaBuild FailedOf(this GemmaBuild build, FailureKind kind) =>
        build.Failed() is var failed
            ? failed with
            {
                Status = failed.Status! with { Failure = new BuildFailure { Kind = WireEnum<FailureKind>.From(kind) } },
            }
            : build;
}
