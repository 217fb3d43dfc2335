using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Controllers;

/// <summary>
/// Looks after volumes as the persistent volume controller and its protection controllers do: offers those that nobody
/// has, releases those whose claim is gone, and lets go of what nobody uses.
/// </summary>
internal sealed class VolumeController(Work work, NodeOptions options)
{
    private readonly ClaimBinder _claims = new(work, options);

    public async Task PassAsync(CancellationToken cancellationToken)
    {
        if (!work.Mirror.IsListed(Kind.Claim) || !work.Mirror.IsListed(Kind.Volume))
        {
            return;
        }

        foreach (var claim in work.Mirror.All(Kind.Claim).ToList())
        {
            if (claim.Metadata()["deletionTimestamp"] is null)
            {
                await _claims.BindAsync(claim, cancellationToken);
            }
            else if (!IsUsed(claim))
            {
                await UnprotectAsync(Kind.Claim, claim, "kubernetes.io/pvc-protection", cancellationToken);
            }
        }

        foreach (var volume in work.Mirror.All(Kind.Volume).Where(IsOurs).ToList())
        {
            await LookAsync(volume, cancellationToken);
        }
    }

    private async Task LookAsync(JsonObject volume, CancellationToken cancellationToken)
    {
        var phase = volume.Object("status").Text("phase");
        var isFree = volume.Object("spec").Object("claimRef") is not { } claim || ClaimOf(claim) is null;
        if (volume.Metadata()["deletionTimestamp"] is not null)
        {
            if (isFree)
            {
                await UnprotectAsync(Kind.Volume, volume, "kubernetes.io/pv-protection", cancellationToken);
            }
        }
        else if (phase is null or "Pending")
        {
            await PhaseAsync(volume, "Available", cancellationToken);
        }
        else if (phase == "Bound" && isFree)
        {
            if (volume.Object("spec").Text("persistentVolumeReclaimPolicy") == "Delete")
            {
                await work.DeleteAsync(Kind.Volume, volume, "", cancellationToken);
            }
            else
            {
                await PhaseAsync(volume, "Released", cancellationToken);
            }
        }
    }

    /// <summary>Says whether a volume is this control plane's: several may share an API server.</summary>
    private bool IsOurs(JsonObject volume) =>
        options.Namespace is not { } ns
        || volume.Object("spec").Object("claimRef").Text("namespace") is not { } of
        || of == ns;

    private JsonObject? ClaimOf(JsonObject reference) =>
        work.Mirror.Find(Kind.Claim, reference.Text("namespace") ?? "", reference.Text("name") ?? "") is { } claim
        && (reference.Text("uid") is not { } uid || uid == claim.Metadata().Text("uid"))
            ? claim
            : null;

    private bool IsUsed(JsonObject claim) =>
        work
            .Mirror.All(Kind.Pod)
            .Any(p =>
                p.Metadata().Text("namespace") == claim.Metadata().Text("namespace")
                && p.Object("status").Text("phase") is not ("Succeeded" or "Failed")
                && PodClaimNames.Of(p).Contains(claim.Metadata().Text("name"), StringComparer.Ordinal)
            );

    private Task PhaseAsync(JsonObject volume, string phase, CancellationToken cancellationToken) =>
        work.PatchAsync(
            Kind.Volume,
            volume,
            "status",
            new JsonObject { ["status"] = new JsonObject { ["phase"] = phase } },
            cancellationToken
        );

    private Task UnprotectAsync(Kind kind, JsonObject o, string finalizer, CancellationToken cancellationToken)
    {
        var left = (o.Metadata().Array("finalizers") ?? [])
            .Where(f => f.Text() != finalizer)
            .Select(f => f?.DeepClone());
        return work.PatchAsync(
            kind,
            o,
            null,
            new JsonObject { ["metadata"] = new JsonObject { ["finalizers"] = new JsonArray([.. left]) } },
            cancellationToken
        );
    }
}
