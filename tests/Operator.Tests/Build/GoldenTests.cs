using GemmaOperator.Build;
using GemmaOperator.Registry;
using k8s;

namespace GemmaOperator.Tests.Build;

internal sealed class GoldenTests
{
    private static KanikoOptions Mirrored => new()
    {
        Mirrors = RegistryMirrors.TryParse(["docker.io=127.0.0.1:5000/mirror"], out var mirrors, out _) ? mirrors : RegistryMirrors.None,
        InsecureHosts = ["localhost:5001"],
    };

    [Test]
    public void The_plain_Dockerfile_is_as_agreed() =>
        Golden.Matches("plain.Dockerfile", BuildExamples.Build(BuildExamples.Spec).Spec!.Resolved.Dockerfile);

    [Test]
    public void The_full_Dockerfile_is_as_agreed() =>
        Golden.Matches("full.Dockerfile", BuildExamples.Build(BuildExamples.FullSpec).Spec!.Resolved.Dockerfile);

    [Test]
    public void A_teams_own_Dockerfile_gets_user_labels_and_the_place_of_torch() =>
        Golden.Matches("own.Dockerfile", BuildExamples.Build(
            BuildExamples.Spec, "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nARG CACHE_EPOCH\nRUN echo \"$CACHE_EPOCH\"").Spec!.Resolved.Dockerfile);

    [Test]
    public void The_plain_Job_is_as_agreed() =>
        Golden.Matches("plain.job.yaml", KubernetesYaml.Serialize(KanikoJob.For(BuildExamples.Build(BuildExamples.Spec), 1, KanikoOptions.Default)));

    [Test]
    public void The_full_Job_is_as_agreed() =>
        Golden.Matches("full.job.yaml", KubernetesYaml.Serialize(KanikoJob.For(BuildExamples.Build(BuildExamples.FullSpec), 2, Mirrored)));

    [Test]
    public void The_ConfigMap_is_as_agreed() =>
        Golden.Matches("context.yaml", KubernetesYaml.Serialize(BuildContext.For(BuildExamples.Build(BuildExamples.Spec))));

    [Test]
    public void The_merged_Secret_is_as_agreed() =>
        Golden.Matches("auth.yaml", KubernetesYaml.Serialize(BuildCredentials.Merged(BuildExamples.Build(BuildExamples.FullSpec), "{}"u8.ToArray())));
}
