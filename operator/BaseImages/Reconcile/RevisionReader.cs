using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Revisions;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>
/// Reads the kept pod template where a decision needs it; what is known by its hash isn't asked for again.
/// </summary>
internal sealed class RevisionReader(IKubeApi api)
{
    private const long MostBytes = 16 * 1024 * 1024;

    private readonly LruCache<string, CompressedString> _known = new(MostBytes);

    /// <summary>Adds the template to a snapshot that has the workload and the weights.</summary>
    public async Task<ImageSnapshot> AddAsync(ImageSnapshot s, CancellationToken cancellationToken)
    {
        if (!ProvenTemplate.MustRead(s))
        {
            return s;
        }

        var (ns, record) = (s.Image.Metadata.NamespaceProperty, s.Status.ServingRevision!);
        var key = $"{ns}/{record.Name}";
        if (_known.TryGet(key, record.Hash, out var text))
        {
            return s with { Kept = new KeptTemplate(text, null) };
        }

        var found = await api.GetAsync<V1ControllerRevision>(ns, record.Name, cancellationToken);
        var kept = TemplateRevision.Read(found, ns, record);
        if (kept.Text is { } read)
        {
            _known.Set(key, record.Hash, read, read.Utf8Length);
        }

        return s with
        {
            Kept = kept,
        };
    }
}
