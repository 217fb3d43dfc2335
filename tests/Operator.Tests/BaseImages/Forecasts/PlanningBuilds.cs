using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps;
using k8s.Models;

namespace Operator.Tests.BaseImages.Forecasts;

/// <summary>Makes builds that a forecast looks at.</summary>
internal static class PlanningBuilds
{
    public const string Dockerfile = """
        ARG BASE_IMAGE=base:1
        FROM ${BASE_IMAGE} AS system
        ARG CACHE_EPOCH=
        RUN apt-get install curl
        COPY requirements.txt /r.txt
        RUN pip install \
            -r /r.txt
        USER 1000:1000
        """;

    public static readonly DateTime Now = new(2026, 11, 29, 7, 0, 0, DateTimeKind.Utc);

    /// <summary>Makes a build that ended well, an hour before the number after it.</summary>
    public static GemmaBuild Build(
        long number,
        Func<ResolvedInputs, ResolvedInputs>? inputs = null,
        Func<BuildTemplate, BuildTemplate>? template = null,
        params (string Step, long Seconds)[] took
    )
    {
        var resolved = new ResolvedInputs
        {
            BaseReference = "base:1",
            BaseDigest = $"sha256:{new string('0', 64)}",
            Dockerfile = Dockerfile,
            Requirements = "idna==3.10",
        };
        var made = new BuildTemplate
        {
            Output = new OutputSpec { Repository = "registry.example/team/gemma" },
            Verification = new VerificationTemplate(),
        };
        return new GemmaBuild
        {
            Metadata = new V1ObjectMeta { Name = $"gemma-b{number}", NamespaceProperty = "team" },
            Spec = new GemmaBuildSpec
            {
                Number = number,
                Resolved = inputs?.Invoke(resolved) ?? resolved,
                Template = template?.Invoke(made) ?? made,
            },
            Status = new GemmaBuildStatus
            {
                Conditions =
                [
                    new V1Condition
                    {
                        Type = ConditionType.Succeeded,
                        Status = "True",
                        Reason = "Completed",
                    },
                ],
                Candidate = new ImageStatus { Build = $"gemma-b{number}" },
                StartTime = Now.AddHours(number - 10),
                CompletionTime = Now.AddHours(number - 9),
                Steps =
                [
                    .. took.Select(t => new BuildStepStatus
                    {
                        Name = t.Step,
                        DurationSeconds = t.Seconds,
                        Result = "Succeeded",
                    }),
                ],
            },
        };
    }

    /// <summary>Makes a build with the time that each step took.</summary>
    public static GemmaBuild Timed(long number, string requirements, long build, long verify) =>
        Build(
            number,
            i => i with { Requirements = requirements },
            null,
            (StepLog.Build, build),
            (StepLog.Verify, verify),
            (StepLog.Promote, 1)
        );
}
