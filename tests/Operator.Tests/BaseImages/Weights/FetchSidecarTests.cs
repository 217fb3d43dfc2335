using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using k8s.Models;

namespace Operator.Tests.BaseImages.Weights;

/// <summary>A fetch is over when its container is, whatever others put beside it.</summary>
internal sealed class FetchSidecarTests
{
    private const string Proxy = "istio-proxy";

    private const string Done = """{"source":"hub:google/gemma-3-1b-it","bytes":5}""";

    private const string Gated = """{"error":{"reason":"Gated","message":"accept the licence","retry":false}}""";

    private static readonly ModelSpec OnHub = new() { Hub = Weighed.Hub };

    [Test]
    public void Weights_have_arrived_though_a_proxy_runs_on_and_its_Job_goes_once_that_is_noted()
    {
        var (job, claim) = (Weighed.Job(1), Weighed.Claim());
        claim.Metadata.Uid = "claim";
        job = job.Filling(claim);
        var s = Seen(job, claim, Beside(Weighed.Pod(job, 0, Done)));
        var noted = s with { Weights = s.Weights with { Claims = [Weighed.Claim(bytes: 5)] } };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(FetchPolicy.Judge(s), Is.TypeOf<FetchState.Arrived>());
            Assert.That(ModelWork.Decide(s, Weighed.Target, [])!.OldJobs, Is.Empty, "the claim doesn't say it yet");
            Assert.That(FetchPolicy.Judge(noted), Is.TypeOf<FetchState.Fetched>());
            Assert.That(ModelWork.Decide(noted, Weighed.Target, [])!.OldJobs, Is.EqualTo(new[] { job }));
        }
    }

    [Test]
    public void A_failed_fetch_is_read_though_a_proxy_runs_on_and_its_Job_goes_once_that_is_noted()
    {
        var job = Weighed.Job(1);
        var s = Seen(job, Weighed.Claim(), Beside(Weighed.Pod(job, 1, Gated)));
        var fetch = new ModelFetchStatus
        {
            Stage = ModelFetchStage.Failed,
            Attempts = 1,
            RetryAt = A.Morning.AddMinutes(10),
        };
        var noted = Seen(job, Weighed.Claim(), Beside(Weighed.Pod(job, 1, Gated)), fetch);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((FetchPolicy.Judge(s) as FetchState.Failed)?.Report.Reason, Is.EqualTo("Gated"));
            Assert.That(ModelWork.Decide(s, Weighed.Target, [])?.OldJobs ?? [], Is.Empty, "it isn't noted yet");
            Assert.That(FetchPolicy.Judge(noted), Is.TypeOf<FetchState.Pausing>());
            Assert.That(ModelWork.Decide(noted, Weighed.Target, [])!.OldJobs, Is.EqualTo(new[] { job }));
        }
    }

    [Test]
    public void What_a_mesh_s_container_breaks_is_told_as_the_mesh_s()
    {
        var job = Weighed.Job(1, "Failed");
        var pod = Weighed.Pod(job, 1, "");
        pod.Status.ContainerStatuses = [];
        pod.Status.InitContainerStatuses =
        [
            new V1ContainerStatus
            {
                Name = "istio-init",
                State = new V1ContainerState
                {
                    Terminated = new V1ContainerStateTerminated { ExitCode = 255, Message = "no iptables" },
                },
            },
        ];
        var failed = (FetchState.Failed)FetchPolicy.Judge(Seen(job, Weighed.Claim(), pod));
        Assert.That(
            failed.Report.Message,
            Does.Contain("\"istio-init\"").And.Contain("isn't the operator's").And.Contain("no iptables")
        );
    }

    [Test]
    public void A_refused_pod_of_a_fetch_is_told_three_seconds_after_its_Job()
    {
        var job = Weighed.Job(1);
        var now = A.Morning + PodEventsPolicy.FirstLook;
        Assert.That(PodEventsPolicy.MustAsk(new ObservedJob(job, [], []), now));
        var s = Seen(job, Weighed.Claim());
        s = s with
        {
            Now = now,
            Weights = s.Weights with
            {
                Events = [new ObjectEvent(job.Metadata.Name, "FailedCreate", "exceeded quota: compute")],
            },
        };
        Assert.That(ModelText.Awaited(s), Does.Contain("doesn't start: exceeded quota: compute"));
    }

    private static V1Pod Beside(V1Pod pod)
    {
        pod.Status.Phase = "Running";
        pod.Status.ContainerStatuses.Insert(
            0,
            new V1ContainerStatus
            {
                Name = Proxy,
                State = new V1ContainerState { Running = new V1ContainerStateRunning() },
            }
        );
        return pod;
    }

    private static ImageSnapshot Seen(
        V1Job job,
        V1PersistentVolumeClaim claim,
        V1Pod? pod = null,
        ModelFetchStatus? fetch = null
    ) =>
        Weighed.Snapshot(
            Weighed.Image(OnHub, Weighed.Resolved(fetch: fetch)),
            new WeightsFacts { Claims = [claim], Pods = pod is null ? [] : [pod] },
            job
        );
}
