using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>Builds that failed of an outage.</summary>
internal static class OutageExample
{
    public static GemmaBuild Failed(GemmaBuild build, FailureKind? kind, DateTime at)
    {
        var failed = build.Failed("PushFailed");
        return failed with
        {
            Status = failed.Status! with
            {
                Failure = new BuildFailure
                {
                    Reason = "PushFailed",
                    Message = "503",
                    Kind = kind is { } known ? WireEnum<FailureKind>.From(known) : null,
                },
                CompletionTime = at,
            },
        };
    }
}
