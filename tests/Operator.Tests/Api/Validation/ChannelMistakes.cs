using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Channels;
using GemmaOperator.Api.Words;
using static Operator.Tests.Api.Validation.Specs;

namespace Operator.Tests.Api.Validation;

/// <summary>Channels of bases that have no line.</summary>
internal static class ChannelMistakes
{
    private const string Field = "spec.base.channel";

    public static IEnumerable<TestCaseData> All()
    {
        yield return Mistake(
            "unknown channel",
            s => s with { Base = s.Base with { Channel = WireEnum<BaseChannel>.Read("Latest") } },
            Field
        );
        yield return Mistake("channel of a month", s => On(s, "nvcr.io/nvidia/pytorch:25.10-py3"), Field);
        yield return Mistake("channel without a tag", s => On(s, "pytorch/pytorch"), Field);
        yield return Mistake("channel of a digest", s => On(s, $"pytorch/pytorch:2.10.0@{A.Digest(1)}"), Field);
        yield return Mistake("channel of a prerelease", s => On(s, "registry.example/base:2.10.0-rc1"), Field);
        yield return Mistake(
            "minors of CUDA",
            s => On(s, "nvidia/cuda:12.8.1-runtime-ubuntu24.04", BaseChannel.Minor),
            Field
        );
    }

    private static GemmaBaseImageSpec On(
        GemmaBaseImageSpec spec,
        string image,
        BaseChannel channel = BaseChannel.Patch
    ) =>
        spec with
        {
            Base = new BaseSpec { Image = image, Channel = channel },
        };
}
