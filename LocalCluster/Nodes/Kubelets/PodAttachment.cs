using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Kubelets;

/// <summary>
/// Holds a pod up until the volumes of its claims are attached to its node, as the attach/detach controller does with
/// those of CSI drivers: one whose modes allow one node only goes to a second when the first has let go.
/// </summary>
internal sealed class PodAttachment(
    KubeClient client,
    JsonObject pod,
    PodWriter writer,
    VolumeAttachments attachments,
    NodeOptions options
)
{
    private const string Component = "attachdetach-controller";

    private readonly string _node = pod.Object("spec").Text("nodeName")!;

    private readonly PodName _name = new(
        pod.Metadata().Text("namespace")!,
        pod.Metadata().Text("name")!,
        pod.Metadata().Text("uid")!
    );

    public async Task AttachedAsync(CancellationToken cancellationToken)
    {
        foreach (var claim in PodClaimNames.Of(pod).Distinct(StringComparer.Ordinal))
        {
            if (await VolumeAsync(claim, cancellationToken) is { } volume)
            {
                await AttachAsync(volume, cancellationToken);
            }
        }
    }

    public void Release() => attachments.Release(_name);

    private async Task AttachAsync(string volume, CancellationToken cancellationToken)
    {
        for (var tries = 0; attachments.Attach(volume, _node, _name) is { } others; tries++)
        {
            if (tries == 0)
            {
                var message = $"Multi-Attach error for volume \"{volume}\" {Words(others)}";
                await writer.EventAsync("Warning", "FailedAttachVolume", message, cancellationToken, Component);
            }

            await Task.Delay(options.Step, options.Time, cancellationToken);
        }

        await writer.EventAsync(
            "Normal",
            "SuccessfulAttachVolume",
            $"AttachVolume.Attach succeeded for volume \"{volume}\" ",
            cancellationToken,
            Component
        );
    }

    private string Words(IReadOnlyList<PodName> others)
    {
        var local = others.Where(o => o.Namespace == _name.Namespace).Select(o => o.Name).ToList();
        var foreign = others.Count - local.Count;
        return local.Count == 0
            ? $"Volume is already used by {foreign} pod(s) in different namespaces"
            : $"Volume is already used by pod(s) {string.Join(", ", local)}"
                + (foreign == 0 ? "" : $" and {foreign} pod(s) in different namespaces");
    }

    /// <summary>Returns the volume of a claim where it is attached to one node at a time.</summary>
    private async Task<string?> VolumeAsync(string claim, CancellationToken cancellationToken)
    {
        var bound = await client.GetAsync(Kind.Claim.Of(_name.Namespace, claim), cancellationToken);
        if (bound.Object("spec").Text("volumeName") is not { } name)
        {
            return null;
        }

        var spec = (await client.GetAsync($"{Kind.Volume.All}/{name}", cancellationToken)).Object("spec");
        var modes = (spec.Array("accessModes") ?? []).Select(m => m.Text());
        return spec.Object("csi") is not null && !modes.Any(m => m is "ReadWriteMany" or "ReadOnlyMany") ? name : null;
    }
}
