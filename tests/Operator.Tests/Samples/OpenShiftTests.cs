using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using k8s.Models;
using Operator.Tests.Api;
using Operator.Tests.Builds;

namespace Operator.Tests.Samples;

/// <summary>Holds the constraint of the OpenShift page against the pods that builds are made of.</summary>
internal sealed class OpenShiftTests
{
    private static readonly JsonObject Constraint = YamlText
        .Documents(File.ReadAllText(Checkout.PathTo("docs", "getting-started", "openshift.yaml")))
        .Single();

    [TestCase(CredentialsType.Secret)]
    [TestCase(CredentialsType.WorkloadIdentity)]
    public void It_lets_builds_in_and_allows_nothing_more(CredentialsType type)
    {
        var spec = BuildExamples.FullSpec with
        {
            Output = BuildExamples.FullSpec.Output with
            {
                Repository = "eu-docker.pkg.dev/p/base",
                Credentials = new CredentialsSpec { Type = type },
            },
        };
        var pod = KanikoJob
            .For(BuildExamples.Build(spec), 1, new BuildOptions { OperatorImage = "registry.example/operator:1" })
            .Spec.Template.Spec;
        List<V1Container> containers = [.. pod.InitContainers ?? [], .. pod.Containers];
        var capabilities = containers.SelectMany(c => c.SecurityContext.Capabilities.Add ?? []).Distinct();
        var kinds = pod.Volumes.Select(v =>
            v.ConfigMap is not null ? "configMap"
            : v.Secret is not null ? "secret"
            : v.EmptyDir is not null ? "emptyDir"
            : v.Projected is not null ? "projected"
            : "another"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Texts("allowedCapabilities"), Is.EquivalentTo(capabilities));
            Assert.That(kinds.Distinct(), Is.SubsetOf(Texts("volumes")));
            Assert.That(containers.Select(c => c.SecurityContext.AllowPrivilegeEscalation), Has.All.False);
            Assert.That(containers.Any(c => c.SecurityContext.Privileged == true), Is.False);
            Assert.That(pod.SecurityContext.SeccompProfile.Type, Is.EqualTo("RuntimeDefault"));
            Assert.That(
                Constraint.Where(f => f.Key.StartsWith("allow", StringComparison.Ordinal) && f.Value is JsonValue),
                Has.All.Matches<KeyValuePair<string, JsonNode?>>(f => !f.Value!.GetValue<bool>())
            );
        }
    }

    private static List<string> Texts(string field) => [.. Constraint[field]!.AsArray().Select(v => (string)v!)];
}
