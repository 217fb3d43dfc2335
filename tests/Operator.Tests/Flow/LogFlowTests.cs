using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps.Kaniko;
using k8s.Models;
using LocalCluster.Nodes;
using Operator.Tests.Clusters;
using StandIns;

namespace Operator.Tests.Flow;

/// <summary>What only the executor's log tells, which the API server has of the pod's node.</summary>
internal sealed class LogFlowTests
{
    [Test]
    public async Task A_refused_push_is_known_by_the_log_though_the_termination_message_is_a_digest()
    {
        await using var stage = await StartAsync();
        var failure = await FailAsync(
            stage,
            new SimulatedFault(
                [
                    "INFO[0190] Pushing image to registry.example/team/gemma-base:b1",
                    "error pushing image: failed to push to destination registry.example/team/gemma-base:b1: "
                        + "DENIED: requested access to the resource is denied",
                ],
                Message: A.Digest(9)
            )
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(failure.Reason, Is.EqualTo("AuthenticationFailed"));
            Assert.That(
                failure.LogTail,
                Does.StartWith("simulated: no process runs").And.EndsWith("requested access to the resource is denied")
            );
        }
    }

    [Test]
    public async Task A_step_is_named_though_its_output_is_longer_than_what_the_kubelet_keeps()
    {
        await using var stage = await StartAsync();
        await stage.Api.CreateAsync(
            new V1ConfigMap
            {
                Metadata = new V1ObjectMeta { Name = "own", NamespaceProperty = stage.Cluster.Namespace },
                Data = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["Dockerfile"] = "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nRUN make all\nUSER 10001:10001\n",
                },
            },
            CancellationToken.None
        );
        var failure = await FailAsync(
            stage,
            new SimulatedFault([
                "INFO[0003] RUN make all",
                .. Enumerable.Range(0, 400).Select(i => $"cc -O2 -c file-{i}.c"),
                "error building image: error building stage: failed to execute command: waiting for "
                    + "process to exit: exit status 2",
            ]),
            s => s with { Dockerfile = new DockerfileSpec { ConfigMapRef = new KeyReference { Name = "own" } } }
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(failure.Reason, Is.EqualTo("DockerfileStepFailed"));
            Assert.That(failure.Message, Does.Contain("line 3: RUN make all"));
            Assert.That(failure.LogTail, Does.Not.Contain("RUN make all"), "it is further up");
        }
    }

    private static async Task<Stage> StartAsync()
    {
        TestCluster.NeedsLogsOfNodes();
        var stage = await Stage.StartAsync();
        return stage;
    }

    private static async Task<BuildFailure> FailAsync(
        Stage stage,
        SimulatedFault fault,
        Func<GemmaBaseImageSpec, GemmaBaseImageSpec>? change = null
    )
    {
        stage.Runner.Fault = c => c.Name == KanikoJob.Container ? fault : null;
        var image = stage.Image(s => s with { Build = s.Build with { Retries = 0 } });
        await stage.ApplyAsync(change is null ? image : image with { Spec = change(image.Spec!) });
        await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "RetriesExhausted"), "the build fails");
        return (await stage.ListAsync<GemmaBuild>()).Single().Status!.Failure!;
    }
}
