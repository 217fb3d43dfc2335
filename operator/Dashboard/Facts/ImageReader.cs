using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Dashboard.Access;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Dashboard.Facts;

/// <summary>
/// Reads an object with its builds, pods and events, in four requests at most. What may not be
/// seen is left out, and says so.
/// </summary>
/// <param name="api">Reads.</param>
/// <param name="time">The time.</param>
/// <param name="tell">Told what can't be read.</param>
internal sealed class ImageReader(IKubeApi api, TimeProvider time, Action<string> tell)
{
    /// <summary>Bounds each list: builds, pods and events of one object.</summary>
    private const int Most = 500;

    /// <summary>Returns null where there is no such object.</summary>
    /// <exception cref="KubeApiException">It can't be read.</exception>
    public async Task<ImageFacts?> ReadAsync(
        string ns,
        string name,
        IRights rights,
        CancellationToken cancellationToken
    )
    {
        if (await api.GetAsync<GemmaBaseImage>(ns, name, cancellationToken) is not { } image)
        {
            return null;
        }

        var ofImage = $"{ApiGroup.ImageLabel}={name}";
        var builds = PartAsync<GemmaBuild>(
            new AskedAccess("list", ApiGroup.Name, GemmaBuild.KubePlural, ns),
            new ListQuery { Namespace = ns, LabelSelector = ofImage },
            rights,
            cancellationToken
        );
        var pods = PartAsync<V1Pod>(
            new AskedAccess("list", "", "pods", ns),
            new ListQuery { Namespace = ns, LabelSelector = ofImage },
            rights,
            cancellationToken
        );
        var events = PartAsync<Corev1Event>(
            new AskedAccess("list", "", "events", ns),
            new ListQuery
            {
                Namespace = ns,
                FieldSelector = $"involvedObject.kind={GemmaBaseImage.KubeKind},involvedObject.name={name}",
            },
            rights,
            cancellationToken
        );
        await Task.WhenAll(builds, pods, events);
        var (ofBuilds, happened) = (await builds, await events);
        return new ImageFacts(
            image,
            ofBuilds with
            {
                Items = [.. ofBuilds.Items.OrderByDescending(b => b.Number)],
            },
            await pods,
            happened with
            {
                Items = [.. happened.Items.OrderByDescending(EventTimes.Of)],
            },
            time.GetUtcNow().UtcDateTime
        );
    }

    private async Task<Part<T>> PartAsync<T>(
        AskedAccess asked,
        ListQuery query,
        IRights rights,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            if (await rights.RefusalAsync(asked, cancellationToken) is { } refusal)
            {
                return new Part<T>([], refusal);
            }

            var page = await api.ListAsync<T>(query with { Limit = Most }, cancellationToken);
            return new Part<T>(page.Items);
        }
        catch (KubeApiException e)
        {
            tell(e.Explanation);
            return new Part<T>([], e.Explanation);
        }
    }
}
