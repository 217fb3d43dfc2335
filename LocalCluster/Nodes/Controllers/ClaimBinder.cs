using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Controllers;

/// <summary>
/// Binds claims to volumes, and stands in for the provisioners of storage classes: a volume is made as soon as a claim
/// of an Immediate class is there, or as a pod that uses it has been given a node.
/// </summary>
internal sealed class ClaimBinder(Work work, NodeOptions options)
{
    private const string Component = "persistentvolume-controller";

    /// <summary>What each waiting claim was told last, so that it is told once.</summary>
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);

    public async Task BindAsync(JsonObject claim, CancellationToken cancellationToken)
    {
        if (claim.Object("status").Text("phase") is "Bound" or "Lost")
        {
            return;
        }

        if (FindVolume(claim) is { } volume)
        {
            await JoinAsync(claim, volume, cancellationToken);
            return;
        }

        if (claim.Object("spec").Text("volumeName") is { Length: > 0 })
        {
            return;
        }

        if (claim.Object("spec").Text("storageClassName") is not { Length: > 0 } className)
        {
            await TellAsync(
                claim,
                "Normal",
                "FailedBinding",
                "no persistent volumes available for this claim and no storage class is set",
                cancellationToken
            );
        }
        else if (work.Mirror.Find(Kind.StorageClass, "", className) is not { } storage)
        {
            await TellAsync(
                claim,
                "Warning",
                "ProvisioningFailed",
                $"storageclass.storage.k8s.io \"{className}\" not found",
                cancellationToken
            );
        }
        else if (
            storage.Text("volumeBindingMode") == "WaitForFirstConsumer"
            && claim.Metadata().Object("annotations").Text(PodClaims.SelectedNode) is null
        )
        {
            await TellAsync(
                claim,
                "Normal",
                "WaitForFirstConsumer",
                "waiting for first consumer to be created before binding",
                cancellationToken
            );
        }
        else
        {
            await ProvisionAsync(claim, storage, cancellationToken);
        }
    }

    /// <summary>
    /// Returns the volume that is meant for a claim, or the smallest that fits; null when there is none.
    /// </summary>
    private JsonObject? FindVolume(JsonObject claim)
    {
        var spec = claim.Object("spec")!;
        var all = work.Mirror.All(Kind.Volume).Where(v => v.Metadata()["deletionTimestamp"] is null).ToList();
        if (spec.Text("volumeName") is { Length: > 0 } named)
        {
            return all.Find(v => v.Metadata().Text("name") == named && IsFor(v, claim, orAnybody: true));
        }

        return all.Find(v => IsFor(v, claim, orAnybody: false))
            ?? (spec.Text("storageClassName") is null ? null : all.Where(v => Fits(v, spec)).MinBy(Size));
    }

    private static bool IsFor(JsonObject volume, JsonObject claim, bool orAnybody) =>
        volume.Object("spec").Object("claimRef") is not { } reference
            ? orAnybody
            : reference.Text("namespace") == claim.Metadata().Text("namespace")
                && reference.Text("name") == claim.Metadata().Text("name")
                && (reference.Text("uid") is not { Length: > 0 } uid || uid == claim.Metadata().Text("uid"));

    private static bool Fits(JsonObject volume, JsonObject claim)
    {
        var spec = volume.Object("spec")!;
        var labels = volume.Metadata().Object("labels") ?? [];
        return volume.Object("status").Text("phase") == "Available"
            && spec.Object("claimRef") is null
            && (spec.Text("storageClassName") ?? "") == claim.Text("storageClassName")
            && spec.Text("volumeMode") == claim.Text("volumeMode")
            && (claim.Array("accessModes") ?? []).All(m =>
                (spec.Array("accessModes") ?? []).Any(o => o.Text() == m.Text())
            )
            && (claim.Object("selector").Object("matchLabels") ?? []).All(l => labels.Text(l.Key) == l.Value.Text())
            && Size(volume) >= Amount(claim.Object("resources").Object("requests"));
    }

    private static decimal Size(JsonObject volume) => Amount(volume.Object("spec").Object("capacity"));

    private static decimal Amount(JsonObject? resources) =>
        resources?["storage"] is { } amount ? Quantity.Parse(amount.Text() ?? amount.Write()) ?? 0 : 0;

    private async Task ProvisionAsync(JsonObject claim, JsonObject storage, CancellationToken cancellationToken)
    {
        var provisioner = storage.Text("provisioner")!;
        await TellAsync(
            claim,
            "Normal",
            "ExternalProvisioning",
            $"Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the "
                + "system administrator. If volume creation is delayed, please verify that the provisioner is running "
                + "and correctly registered.",
            cancellationToken
        );
        if (provisioner == "kubernetes.io/no-provisioner" || !options.Provisions(provisioner))
        {
            return;
        }

        var name = $"pvc-{claim.Metadata().Text("uid")}";
        var spec = claim.Object("spec")!;
        // No driver has such a name; a provisioner that has one, as rancher.io/local-path, gives folders of a node.
        var isFolder = provisioner.Contains('/', StringComparison.Ordinal);
        await work.CreateAsync(
            Kind.Volume,
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "PersistentVolume",
                ["metadata"] = new JsonObject
                {
                    ["name"] = name,
                    ["annotations"] = new JsonObject { ["pv.kubernetes.io/provisioned-by"] = provisioner },
                },
                ["spec"] = new JsonObject
                {
                    ["accessModes"] = spec["accessModes"]!.DeepClone(),
                    ["capacity"] = new JsonObject
                    {
                        ["storage"] = spec["resources"]!["requests"]!["storage"]!.DeepClone(),
                    },
                    ["claimRef"] = Reference(claim),
                    [isFolder ? "hostPath" : "csi"] = isFolder
                        ? new JsonObject { ["path"] = $"/var/lib/volumes/{name}" }
                        : new JsonObject { ["driver"] = provisioner, ["volumeHandle"] = name },
                    ["persistentVolumeReclaimPolicy"] = storage.Text("reclaimPolicy"),
                    ["storageClassName"] = spec.Text("storageClassName"),
                    ["volumeMode"] = spec.Text("volumeMode"),
                },
            },
            cancellationToken
        );
        await work.EventAsync(
            claim,
            "Normal",
            "ProvisioningSucceeded",
            $"Successfully provisioned volume {name}",
            provisioner,
            cancellationToken
        );
        if (work.Mirror.Find(Kind.Volume, "", name) is { } volume)
        {
            await JoinAsync(claim, volume, cancellationToken);
        }
    }

    private async Task JoinAsync(JsonObject claim, JsonObject volume, CancellationToken cancellationToken)
    {
        await work.PatchAsync(
            Kind.Volume,
            volume,
            null,
            new JsonObject { ["spec"] = new JsonObject { ["claimRef"] = Reference(claim) } },
            cancellationToken
        );
        await work.PatchAsync(
            Kind.Volume,
            volume,
            "status",
            new JsonObject { ["status"] = new JsonObject { ["phase"] = "Bound" } },
            cancellationToken
        );
        await work.PatchAsync(
            Kind.Claim,
            claim,
            null,
            new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["annotations"] = new JsonObject { ["pv.kubernetes.io/bind-completed"] = "yes" },
                },
                ["spec"] = new JsonObject { ["volumeName"] = volume.Metadata().Text("name") },
            },
            cancellationToken
        );
        await work.PatchAsync(
            Kind.Claim,
            claim,
            "status",
            new JsonObject
            {
                ["status"] = new JsonObject
                {
                    ["phase"] = "Bound",
                    ["accessModes"] = volume["spec"]!["accessModes"]!.DeepClone(),
                    ["capacity"] = volume["spec"]!["capacity"]!.DeepClone(),
                },
            },
            cancellationToken
        );
        _told.Remove(claim.Metadata().Text("uid")!);
    }

    private static JsonObject Reference(JsonObject claim) =>
        new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "PersistentVolumeClaim",
            ["name"] = claim.Metadata().Text("name"),
            ["namespace"] = claim.Metadata().Text("namespace"),
            ["uid"] = claim.Metadata().Text("uid"),
        };

    private async Task TellAsync(
        JsonObject claim,
        string type,
        string reason,
        string message,
        CancellationToken cancellationToken
    )
    {
        var uid = claim.Metadata().Text("uid")!;
        if (_told.GetValueOrDefault(uid) != message)
        {
            _told[uid] = message;
            await work.EventAsync(claim, type, reason, message, Component, cancellationToken);
        }
    }
}
