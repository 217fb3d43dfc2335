using System.Net;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace Operator.Tests.Cluster.Faults;

/// <summary>
/// What the API server refuses is told in its words, by the field of the spec, and tried again at a pace.
/// </summary>
internal sealed class ObjectRefusalTests
{
    [TestCase(400, "BadRequest", "create", true)]
    [TestCase(403, "Forbidden", "patch", true)]
    [TestCase(403, "", "delete", true)]
    [TestCase(404, "NotFound", "create", true, Description = "a namespace that goes")]
    [TestCase(404, "NotFound", "patch", false)]
    [TestCase(409, "AlreadyExists", "create", false)]
    [TestCase(409, "Conflict", "create", true, Description = "a quota that others write")]
    [TestCase(409, "Conflict", "patch", false)]
    [TestCase(409, "", "patch", true, Description = "a hook")]
    [TestCase(413, "RequestEntityTooLarge", "create", true)]
    [TestCase(422, "Invalid", "patch", true)]
    [TestCase(401, "Unauthorized", "create", false)]
    [TestCase(429, "TooManyRequests", "create", false)]
    [TestCase(500, "InternalError", "create", false)]
    public void A_refusal_is_told_from_what_passes(int code, string reason, string verb, bool isRefusal) =>
        Assert.That(Made(code, "no", reason, verb).IsRefusal, Is.EqualTo(isRefusal));

    private static IEnumerable<TestCaseData> Fields()
    {
        yield return Field(
            KanikoJob.LegacyFields,
            "spec.template.spec.containers[0].resources.requests",
            "spec.build.resources.requests"
        );
        yield return Field(
            KanikoJob.LegacyFields,
            "spec.template.spec.containers[0].resources.limits[hugepages-2Mi]",
            "spec.build.resources.limits.hugepages-2Mi"
        );
        yield return Field(
            KanikoJob.LegacyFields,
            "spec.template.spec.tolerations[2].key",
            "spec.build.tolerations[2].key"
        );
        yield return Field(KanikoJob.LegacyFields, "spec.template.spec.volumes[10].name", null);
        yield return Field(
            KanikoJob.LegacyFields,
            "spec.template.spec.volumes[1].emptyDir.sizeLimit",
            "spec.build.scratchSizeLimit"
        );
        yield return Field(KanikoJob.LegacyFields, "spec.template.spec.containers[1].resources", null, "a proxy's");
        yield return Field(
            VerifyJob.Fields(A.Build(1).Spec!.Template),
            "spec.template.spec.nodeSelector",
            "spec.build.nodeSelector"
        );
        yield return Field(
            ObjectFields.Build,
            "spec.template.build.resources.limits.cpu",
            "spec.build.resources.limits.cpu"
        );
        yield return Field(ObjectFields.Build, "spec.template.verification.scan.image", "spec.verification.scan.image");
        yield return Field(
            ObjectFields.Workload,
            "spec.template.spec.priorityClassName",
            "spec.rollout.server.priorityClassName"
        );
        yield return Field(
            ObjectFields.Claim,
            "spec.resources.requests[storage]",
            "spec.rollout.server.model.hub.storage.size"
        );
        yield return Field(SpecFields.None, "spec.x", null);
    }

    [TestCaseSource(nameof(Fields))]
    public void The_field_is_the_user_s_where_it_can_be_known(SpecFields fields, string path, string? expected) =>
        Assert.That(fields.Find(path), Is.EqualTo(expected));

    [Test]
    public void The_server_s_sentence_is_told_with_the_fields_that_it_names()
    {
        const string Path = "spec.template.spec.containers[0].resources.requests";
        var refusal = ObjectRefusal.Of(
            Error(422, "Job.batch \"gemma-b1-a1\" is invalid: must be less than or equal to memory limit.", Path, Path),
            KanikoJob.LegacyFields
        );
        Assert.That(
            refusal.Message,
            Is.EqualTo(
                "spec.build.resources.requests: the API server refuses to create jobs.batch gemma-b1-a1: "
                    + "Job.batch \"gemma-b1-a1\" is invalid: must be less than or equal to memory limit; "
                    + "it is tried again by itself"
            )
        );
    }

    [Test]
    public void A_policy_s_words_are_bounded_and_can_t_forge_lines()
    {
        var words = "denied\u001b[31m\r\nReady   True   Serving\u2028" + new string('x', 20_000);
        var message = ObjectRefusal.Of(Error(403, words, "spec.a\nb"), new SpecFields(("spec", "spec*"))).Message;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(message, Has.Length.LessThan(800));
            Assert.That(message.Any(char.IsControl), Is.False);
            Assert.That(message, Does.Not.Contain("\u2028").And.StartWith("the API server refuses to create"));
        }
    }

    [TestCase(0, 15)]
    [TestCase(60, 60)]
    [TestCase(100_000, 300)]
    public void The_pause_grows_with_the_time_that_it_lasts_and_differs_between_objects(int age, int seconds)
    {
        V1Condition[] conditions =
        [
            new()
            {
                Type = ConditionType.Stalled,
                Reason = "ObjectRefused",
                LastTransitionTime = A.Morning.AddSeconds(-age),
            },
        ];
        var pauses = Enumerable.Range(0, 50).Select(i => RefusalPause.Of(conditions, $"uid-{i}", A.Morning)).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                pauses,
                Is.All.InRange(TimeSpan.FromSeconds(0.8 * seconds), TimeSpan.FromSeconds(1.2 * seconds))
            );
            Assert.That(pauses.Distinct().Count(), Is.GreaterThan(10));
        }
    }

    private static TestCaseData Field(SpecFields fields, string path, string? expected, string? why = null) =>
        new TestCaseData(fields, path, expected).SetArgDisplayNames(path, expected ?? why ?? "unknown");

    private static KubeApiException Error(int code, string message, params string[] fields) =>
        Made(code, message, "", "create", fields);

    private static KubeApiException Made(
        int code,
        string message,
        string reason,
        string verb,
        params string[] fields
    ) =>
        new(message, new KubeRequest(verb, "jobs.batch", "ml", "gemma-b1-a1"))
        {
            Code = (HttpStatusCode)code,
            Reason = reason.Length > 0 ? reason : $"{(HttpStatusCode)code}",
            Status = new V1Status
            {
                Code = code,
                Reason = reason,
                Message = message,
                Details = new V1StatusDetails { Causes = [.. fields.Select(f => new V1StatusCause { Field = f })] },
            },
        };
}
