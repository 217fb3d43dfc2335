using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Updates;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Builds.Steps.Scan;

/// <summary>A good candidate's report, and what it must prove.</summary>
internal static class ReportExample
{
    public static readonly ImageStatus Candidate = new()
    {
        Reference = $"registry.example/team/base@{A.Digest(7)}",
        Digest = A.Digest(7),
    };

    public static readonly VerificationTemplate Asked = new()
    {
        Imports = ["torch", "transformers"],
        Pytorch = "2.10.0",
        Cuda = "12.8",
    };

    public static JsonObject Json(Action<JsonObject>? change = null)
    {
        var report = JsonNode
            .Parse(
                $$"""
                {
                  "v": 1, "digest": "{{A.Digest(7)}}", "uid": 10001, "gid": 10001, "python": "3.12.3",
                  "torch": {"version": "2.10.0+cu128", "cuda": "12.8"},
                  "torchLib": {"path": "/usr/local/lib/python3.12/dist-packages/torch/lib"},
                  "imports": [{"name": "torch"}, {"name": "transformers"}],
                  "pipCheck": [], "diskBytes": 9000000000
                }
                """
            )!
            .AsObject();
        change?.Invoke(report);
        return report;
    }

    public static VerifyVerdict Judge(
        Action<JsonObject>? change = null,
        Func<VerificationTemplate, VerificationTemplate>? asked = null,
        bool serves = true,
        SystemUpdatePolicy? publishedUpdates = null
    )
    {
        Assert.That(VerifyReport.TryRead(Json(change).ToJsonString(), out var report, out var problem), problem);
        return VerifyVerdict.Judge(
            asked is null ? Asked : asked(Asked),
            ImageDigest.Parse(Candidate.Digest),
            "10001:10001",
            report!,
            serves,
            publishedUpdates
        );
    }
}
