using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Channels;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Cluster;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>
/// Keeps what specs and the texts that they name come to, those used last: a requirements file of 500 KB takes a second
/// to understand, and most reconciles find the same one.
/// </summary>
internal sealed class ParsedInputs
{
    /// <summary>Of what is kept, by estimate: understood, a text takes a multiple of its size.</summary>
    public const long MostBytes = 48L * 1024 * 1024;

    private const int Multiple = 6;

    private readonly LruCache<string, Parsed<ParsedSpec>> _specs = new(MostBytes / 3);
    private readonly LruCache<string, Known> _requests = new(MostBytes * 2 / 3);

    /// <summary>Gets the bytes of what is kept, by estimate.</summary>
    public long Bytes => _specs.Bytes + _requests.Bytes;

    /// <summary>Returns what a spec's own text comes to, understood once for each generation.</summary>
    /// <param name="image">With its effective spec.</param>
    /// <param name="defaults">Fingerprint of what of that is from defaults; null for nothing.</param>
    public Parsed<ParsedSpec> Spec(GemmaBaseImage image, string? defaults = null)
    {
        if (Key(image, defaults) is not var (uid, generation))
        {
            return SpecCheck.Parse(image);
        }

        if (!_specs.TryGet(uid, generation, out var parsed))
        {
            parsed = SpecCheck.Parse(image);
            _specs.Set(uid, generation, parsed, (long)Multiple * (image.Spec?.Requirements?.Inline?.Length ?? 0));
        }

        return parsed;
    }

    /// <summary>Returns what a spec and its texts come to, made once for each generation and pair of texts.</summary>
    public BuildRequest Request(
        GemmaBaseImage image,
        string? requirements,
        string? dockerfile,
        Func<BuildRequest> understand,
        string? defaults = null
    )
    {
        if (Key(image, defaults) is not var (uid, generation))
        {
            return understand();
        }

        // The reader of ConfigMaps keeps their texts, so that the same one is mostly the same object.
        if (
            _requests.TryGet(uid, generation, out var known)
            && known.Requirements == requirements
            && known.Dockerfile == dockerfile
        )
        {
            return known.Request;
        }

        var request = understand();
        var length = (requirements?.Length ?? 0) + (dockerfile?.Length ?? 0);
        length += image.Spec?.Requirements?.Inline?.Length ?? 0;
        _requests.Set(uid, generation, new Known(requirements, dockerfile, request), (long)Multiple * length);
        return request;
    }

    private static (string Uid, string Generation)? Key(GemmaBaseImage image, string? defaults) =>
        image.Metadata is { Uid: { Length: > 0 } uid, Generation: { } generation }
            ? (
                uid + BaseOf(image.Spec?.Base),
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{generation} {defaults}")
            )
            : null;

    /// <summary>Returns the version that a channel has taken, which changes without the spec.</summary>
    private static string BaseOf(BaseSpec? spec) =>
        spec is null || spec.Channel == BaseChannel.Pinned ? "" : $" {spec.Image} {spec.Pytorch}";

    private sealed record Known(string? Requirements, string? Dockerfile, BuildRequest Request);
}
