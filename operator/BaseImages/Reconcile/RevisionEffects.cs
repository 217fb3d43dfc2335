using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Revisions;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>
/// Moves the pod template that a status is to keep into a ControllerRevision, before the status that names it is
/// written: a process that ends between the two leaves a revision that nothing names, and that is collected later.
/// </summary>
internal sealed class RevisionEffects(IKubeApi api)
{
    /// <summary>Bounds the names that are tried for one content.</summary>
    private const int MostNames = 5;

    /// <summary>
    /// Returns the status to write, and why no revision could be made; the template stays in the status then, as it did
    /// in releases before.
    /// </summary>
    /// <param name="image">The object as it was decided upon.</param>
    /// <param name="after">The status as it was folded.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<KeptStatus> KeepAsync(
        GemmaBaseImage image,
        GemmaBaseImageStatus after,
        CancellationToken cancellationToken
    )
    {
        var isDropped = false;
        try
        {
            if (image.Status is { ServingTemplate: not null, ServingRevision: not null })
            {
                await DropAsync(image, cancellationToken);
                isDropped = true;
            }

            if (after is { ServingTemplate: not null, ServingRevision: not null })
            {
                return new KeptStatus(after with { ServingTemplate = null }, IsDropped: isDropped);
            }

            if (after.ServingTemplate is not { } text || TemplateRevision.Record(image, text) is null)
            {
                return new KeptStatus(after, IsDropped: isDropped);
            }

            var own = await OwnAsync(image, cancellationToken);
            if (await MakeAsync(image, text, RevisionHistory.NextNumber(own), cancellationToken) is not { } record)
            {
                return new KeptStatus(after, Occupied(image, TemplateRevision.Record(image, text)!), isDropped);
            }

            await CollectAsync(RevisionHistory.Leaving(own, record, image.Status?.ServingRevision), cancellationToken);
            return new KeptStatus(
                after with
                {
                    ServingTemplate = null,
                    ServingRevision = record,
                },
                IsDropped: isDropped
            );
        }
        catch (KubeApiException e) when (e.IsRefusal)
        {
            return new KeptStatus(after, ObjectRefusal.Of(e, SpecFields.None).Message, isDropped);
        }
    }

    /// <summary>
    /// Takes a template out of the status that has its revision: what a restored backup wrote isn't the operator's
    /// field, so that a status without it leaves it there.
    /// </summary>
    private Task<GemmaBaseImage> DropAsync(GemmaBaseImage image, CancellationToken cancellationToken) =>
        api.PatchAsync<GemmaBaseImage>(
            image.Metadata.NamespaceProperty,
            image.Metadata.Name,
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["uid"] = image.Metadata.Uid },
                ["status"] = new JsonObject { ["servingTemplate"] = null },
            },
            "status",
            cancellationToken
        );

    private async Task<IReadOnlyList<V1ControllerRevision>> OwnAsync(
        GemmaBaseImage image,
        CancellationToken cancellationToken
    )
    {
        var page = await api.ListAsync<V1ControllerRevision>(
            new ListQuery
            {
                Namespace = image.Metadata.NamespaceProperty,
                LabelSelector =
                    $"{ApiGroup.ManagedByLabel}={ApiGroup.ManagedByValue},{ApiGroup.ImageLabel}={image.Metadata.Name}",
                Limit = RevisionHistory.MostListed,
            },
            cancellationToken
        );
        return [.. page.Items.Where(r => r.IsControlledBy(image.Metadata.Uid))];
    }

    /// <summary>Returns what the status is to say; null when every name holds something else.</summary>
    private async Task<ServingRevision?> MakeAsync(
        GemmaBaseImage image,
        CompressedString text,
        long number,
        CancellationToken cancellationToken
    )
    {
        foreach (var attempt in Enumerable.Range(1, MostNames))
        {
            var record = TemplateRevision.Record(image, text, attempt)!;
            var revision = TemplateRevision.Render(image, record, text, number);
            if (await IsMadeAsync(revision, cancellationToken))
            {
                return record;
            }

            var (ns, name) = (image.Metadata.NamespaceProperty, record.Name);
            var found = await api.GetAsync<V1ControllerRevision>(ns, name, cancellationToken);
            if (TemplateRevision.Holds(found, image, record))
            {
                return record;
            }

            if (TemplateRevision.IsLeft(found, image))
            {
                // It would go with nobody, and five such would be all names.
                var same = new DeletePreconditions(Uid: found!.Metadata.Uid);
                await api.DeleteAsync<V1ControllerRevision>(ns, name, same, cancellationToken);
                if (await IsMadeAsync(revision, cancellationToken))
                {
                    return record;
                }
            }
        }

        return null;
    }

    private async Task<bool> IsMadeAsync(V1ControllerRevision revision, CancellationToken cancellationToken)
    {
        try
        {
            await api.CreateAsync(revision, cancellationToken);
            return true;
        }
        catch (KubeApiException e) when (e.IsAlreadyExists)
        {
            return false;
        }
    }

    private async Task CollectAsync(IEnumerable<V1ControllerRevision> leaving, CancellationToken cancellationToken)
    {
        foreach (var old in leaving)
        {
            try
            {
                await api.DeleteAsync<V1ControllerRevision>(
                    old.Metadata.NamespaceProperty,
                    old.Metadata.Name,
                    new DeletePreconditions(Uid: old.Metadata.Uid),
                    cancellationToken
                );
            }
            catch (KubeApiException e) when (e.IsRefusal)
            {
                // They are in nobody's way; the next template that is kept comes by again.
                return;
            }
        }
    }

    private static string Occupied(GemmaBaseImage image, ServingRevision record) =>
        $"ControllerRevision {image.Metadata.NamespaceProperty}/{record.Name} and those of the next {MostNames - 1} "
        + "names hold something else than this object's pod template: delete them, and this goes on by itself";
}
