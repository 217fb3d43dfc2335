using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Controllers;

/// <summary>
/// Rolls a Deployment's template out over ReplicaSets, within maxSurge and maxUnavailable, up to its progress deadline;
/// its Available condition stays True with no pod available when maxUnavailable allows that, as recorded.
/// </summary>
internal sealed class DeploymentController(Work work)
{
    private readonly DeploymentScaler _scaler = new(work);
    private readonly DeploymentReporter _reporter = new(work);
    private readonly RetryTimes _retries = new(work, TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1000));

    private const string Revision = "deployment.kubernetes.io/revision";

    public async Task PassAsync(CancellationToken cancellationToken)
    {
        foreach (var deployment in work.Mirror.All(Kind.Deployment).ToList())
        {
            if (deployment.Metadata()["deletionTimestamp"] is null)
            {
                await OneAsync(deployment, cancellationToken);
            }
        }
    }

    private async Task OneAsync(JsonObject deployment, CancellationToken cancellationToken)
    {
        var spec = deployment.Object("spec")!;
        var sets = work.Mirror.OwnedBy(Kind.ReplicaSet, deployment).ToList();
        var hash = HashOf(spec.Object("template")!);
        var current = sets.Find(s => s.Metadata().Text("name")!.EndsWith("-" + hash, StringComparison.Ordinal));
        if (current is null)
        {
            if (_retries.IsDue(deployment))
            {
                await CreateSetAsync(deployment, hash, sets, cancellationToken);
            }

            return;
        }

        var others = sets.Where(s => s != current).ToList();
        await ReviseAsync(deployment, current, sets, cancellationToken);
        await _scaler.ScaleAsync(deployment, current, others, cancellationToken);
        await _reporter.ReportAsync(deployment, current, others, created: false, cancellationToken);
    }

    private async Task CreateSetAsync(
        JsonObject deployment,
        string hash,
        List<JsonObject> sets,
        CancellationToken cancellationToken
    )
    {
        var (spec, metadata) = (deployment.Object("spec")!, deployment.Metadata());
        var wanted = RolloutStrategy.Replicas(spec);
        var template = spec.Object("template")!.Copy();
        template.Child("metadata").Child("labels")["pod-template-hash"] = hash;
        var selector = spec.Object("selector")!.Copy();
        selector.Child("matchLabels")["pod-template-hash"] = hash;
        var live = sets.Sum(s => (int)(s.Object("spec")!["replicas"].Number() ?? 0));
        var set = new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{metadata.Text("name")}-{hash}",
                ["namespace"] = metadata.Text("namespace"),
                ["labels"] = template.Object("metadata")!["labels"]!.DeepClone(),
                ["annotations"] = new JsonObject
                {
                    ["deployment.kubernetes.io/desired-replicas"] = wanted.ToString(CultureInfo.InvariantCulture),
                    ["deployment.kubernetes.io/max-replicas"] = (wanted + RolloutStrategy.Surge(spec, wanted)).ToString(
                        CultureInfo.InvariantCulture
                    ),
                    [Revision] = (sets.Select(RevisionOf).DefaultIfEmpty().Max() + 1).ToString(
                        CultureInfo.InvariantCulture
                    ),
                },
                ["ownerReferences"] = Work.OwnerReferences(deployment),
            },
            ["spec"] = new JsonObject
            {
                ["replicas"] = Math.Clamp(wanted + RolloutStrategy.Surge(spec, wanted) - live, 0, wanted),
                ["selector"] = selector,
                ["template"] = template,
            },
        };
        if (RolloutStrategy.IsRecreate(spec) && live > 0)
        {
            set.Object("spec")!["replicas"] = 0;
        }

        if (!await CreateAsync(deployment, set, cancellationToken))
        {
            return;
        }

        if (RolloutStrategy.Replicas(set.Object("spec")!) is > 0 and var first)
        {
            await DeploymentScaler.TellAsync(work, deployment, set, 0, first, cancellationToken);
        }

        var made = work
            .Mirror.OwnedBy(Kind.ReplicaSet, deployment)
            .First(s => s.Metadata().Text("name") == set.Metadata().Text("name"));
        await ReviseAsync(deployment, made, [.. sets, made], cancellationToken);
        await _reporter.ReportAsync(deployment, made, sets, created: true, cancellationToken);
    }

    /// <summary>Creates a ReplicaSet; one that is refused is told of, and tried again.</summary>
    private async Task<bool> CreateAsync(JsonObject deployment, JsonObject set, CancellationToken cancellationToken)
    {
        try
        {
            await work.CreateAsync(Kind.ReplicaSet, set, cancellationToken);
            _retries.Succeeded(deployment);
            return true;
        }
        catch (RefusedException e)
        {
            const string Reason = "ReplicaSetCreateError";
            var message = $"Failed to create new replica set \"{set.Metadata().Text("name")}\": {e.Words}";
            _retries.Failed(deployment);
            await _reporter.StoppedAsync(deployment, Reason, message, cancellationToken);
            await work.EventAsync(deployment, "Warning", Reason, message, "deployment-controller", cancellationToken);
            return false;
        }
    }

    /// <summary>Gives the current set the highest revision, and lets the Deployment say so.</summary>
    private async Task ReviseAsync(
        JsonObject deployment,
        JsonObject current,
        List<JsonObject> sets,
        CancellationToken cancellationToken
    )
    {
        var highest = sets.Where(s => s != current).Select(RevisionOf).DefaultIfEmpty().Max();
        var revision = Math.Max(RevisionOf(current), highest + 1).ToString(CultureInfo.InvariantCulture);
        JsonObject patch = new()
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Revision] = revision } },
        };
        await work.PatchAsync(Kind.ReplicaSet, current, null, patch, cancellationToken);
        // Otherwise it would make another generation.
        await work.PatchAsync(Kind.Deployment, deployment, "status", patch, cancellationToken);
    }

    private static int RevisionOf(JsonObject set) =>
        int.TryParse(
            set.Metadata().Object("annotations").Text(Revision),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var revision
        )
            ? revision
            : 0;

    private static string HashOf(JsonObject template) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(template.ToJsonString())))[..10];
}
