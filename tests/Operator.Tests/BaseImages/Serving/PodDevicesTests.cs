using GemmaOperator.BaseImages.Serving;
using k8s.Models;

namespace Operator.Tests.BaseImages.Serving;

internal sealed class PodDevicesTests
{
    [Test]
    public void Containers_that_run_at_once_need_their_devices_together() =>
        Assert.That(
            PodDevices.Of(
                new V1PodSpec
                {
                    InitContainers = [Container(1, sidecar: true)],
                    Containers = [Container(2), Container(1)],
                }
            ),
            Is.EqualTo(new Dictionary<string, decimal> { ["nvidia.com/gpu"] = 4 })
        );

    [Test]
    public void An_init_container_needs_its_own_before_the_others_start() =>
        Assert.That(
            PodDevices.Of(
                new V1PodSpec
                {
                    InitContainers = [Container(1, sidecar: true), Container(4)],
                    Containers = [Container(2)],
                }
            ),
            Is.EqualTo(new Dictionary<string, decimal> { ["nvidia.com/gpu"] = 5 })
        );

    [Test]
    public void CPU_and_memory_are_no_devices() =>
        Assert.That(PodDevices.Of(new V1PodSpec { Containers = [new V1Container()] }), Is.Empty);

    private static V1Container Container(int gpus, bool sidecar = false) =>
        new()
        {
            RestartPolicy = sidecar ? "Always" : null,
            Resources = new V1ResourceRequirements
            {
                Limits = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)
                {
                    ["cpu"] = new("1"),
                    ["nvidia.com/gpu"] = new($"{gpus}"),
                },
            },
        };
}
