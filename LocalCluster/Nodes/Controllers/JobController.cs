using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Controllers;

/// <summary>
/// Runs Jobs of one completion: a pod, its end, the deadline, and the conditions on the way, as recorded.
/// </summary>
internal sealed class JobController(Work work)
{
    /// <summary>The rate limiter of its queue (job_controller.go, DefaultJobApiBackOff and MaxJobApiBackOff).</summary>
    private readonly RetryTimes _retries = new(work, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    public async Task PassAsync(CancellationToken cancellationToken)
    {
        foreach (var job in work.Mirror.All(Kind.Job).ToList())
        {
            if (
                job.Metadata()["deletionTimestamp"] is null
                && !Conditions.Has(job, "Complete")
                && !Conditions.Has(job, "Failed")
                && !job.Object("spec")!["suspend"].IsTrue()
            )
            {
                await OneAsync(job, cancellationToken);
            }
        }
    }

    private async Task OneAsync(JsonObject job, CancellationToken cancellationToken)
    {
        var pods = work.Mirror.OwnedBy(Kind.Pod, job).ToList();
        var status = job.Object("status")?.Copy() ?? [];
        var start = status["startTime"].Time() ?? work.Time.GetUtcNow();
        var deadline = job.Object("spec")!["activeDeadlineSeconds"].Number() is { } seconds
            ? start.AddSeconds(seconds)
            : (DateTimeOffset?)null;
        if (
            Conditions.Has(job, "FailureTarget")
            || (deadline <= work.Time.GetUtcNow() && !Conditions.Has(job, "SuccessCriteriaMet"))
        )
        {
            await FailAsync(job, status, pods, deadline <= work.Time.GetUtcNow(), cancellationToken);
            return;
        }

        if (deadline is { } at)
        {
            work.LookAgainAt(at);
        }

        var failed = pods.Where(p => Phase(p) == "Failed").ToList();
        if (pods.Exists(p => Phase(p) == "Succeeded"))
        {
            await CompleteAsync(job, status, cancellationToken);
        }
        else if (failed.Count > (job.Object("spec")!["backoffLimit"].Number() ?? 6))
        {
            await FailAsync(job, status, pods, deadlineExceeded: false, cancellationToken);
        }
        else
        {
            if (pods.Count == failed.Count && _retries.IsDue(job))
            {
                await CreateAsync(job, cancellationToken);
                pods = [.. work.Mirror.OwnedBy(Kind.Pod, job)];
            }

            await WriteAsync(
                job,
                status,
                cancellationToken,
                active: pods.Count - failed.Count,
                failed: failed.Count,
                ready: pods.Count(OwnedPods.IsReady)
            );
        }
    }

    /// <summary>Creates a pod; one that is refused is told of in an event only, and tried again.</summary>
    private async Task CreateAsync(JsonObject job, CancellationToken cancellationToken)
    {
        if (await OwnedPods.CreateAsync(work, job, "job-controller", cancellationToken) is null)
        {
            _retries.Succeeded(job);
        }
        else
        {
            _retries.Failed(job);
        }
    }

    private async Task CompleteAsync(JsonObject job, JsonObject status, CancellationToken cancellationToken)
    {
        const string Message = "Reached expected number of succeeded pods";
        var conditions = status.Array("conditions")?.DeepClone() as JsonArray ?? [];
        var isLast = Conditions.Has(job, "SuccessCriteriaMet");
        Conditions.Set(
            conditions,
            isLast ? "Complete" : "SuccessCriteriaMet",
            "True",
            "CompletionsReached",
            Message,
            work.Now,
            ("lastProbeTime", work.Now)
        );
        status["conditions"] = conditions;
        if (isLast)
        {
            status["completionTime"] = work.Now;
            status["succeeded"] = 1;
        }

        await WriteAsync(job, status, cancellationToken);
        if (isLast)
        {
            await work.EventAsync(job, "Normal", "Completed", "Job completed", "job-controller", cancellationToken);
        }
    }

    /// <summary>Fails a Job: FailureTarget first, Failed when all pods have ended.</summary>
    private async Task FailAsync(
        JsonObject job,
        JsonObject status,
        List<JsonObject> pods,
        bool deadlineExceeded,
        CancellationToken cancellationToken
    )
    {
        var target = (status.Array("conditions") ?? [])
            .OfType<JsonObject>()
            .FirstOrDefault(c => c.Text("type") == "FailureTarget");
        var (reason, message) =
            target is not null ? (target.Text("reason")!, target.Text("message")!)
            : deadlineExceeded ? ("DeadlineExceeded", "Job was active longer than specified deadline")
            : ("BackoffLimitExceeded", "Job has reached the specified backoff limit");
        var running = pods.Where(p => Phase(p) is not ("Failed" or "Succeeded")).ToList();
        foreach (var pod in running.Where(p => p.Metadata()["deletionTimestamp"] is null))
        {
            await work.DeleteAsync(Kind.Pod, pod, "", cancellationToken);
        }

        var conditions = status.Array("conditions")?.DeepClone() as JsonArray ?? [];
        Conditions.Set(conditions, "FailureTarget", "True", reason, message, work.Now, ("lastProbeTime", work.Now));
        if (target is not null && running.Count == 0)
        {
            Conditions.Set(conditions, "Failed", "True", reason, message, work.Now, ("lastProbeTime", work.Now));
            await work.EventAsync(job, "Warning", reason, message, "job-controller", cancellationToken);
        }

        status["conditions"] = conditions;
        await WriteAsync(job, status, cancellationToken, failed: target is null ? 0 : 1, terminating: running.Count);
    }

    private Task WriteAsync(
        JsonObject job,
        JsonObject status,
        CancellationToken cancellationToken,
        int active = 0,
        int failed = 0,
        int ready = 0,
        int terminating = 0
    )
    {
        status["startTime"] ??= work.Now;
        status["active"] = active > 0 ? active : null;
        status["failed"] = failed > 0 ? failed : null;
        status["ready"] = ready;
        status["terminating"] = terminating;
        status["uncountedTerminatedPods"] = new JsonObject();
        return work.PatchAsync(
            Kind.Job,
            job,
            "status",
            new JsonObject { ["status"] = status.DeepClone() },
            cancellationToken
        );
    }

    private static string? Phase(JsonObject pod) => pod.Object("status").Text("phase");
}
