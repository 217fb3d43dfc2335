using GemmaOperator.Runtime.Contracts;

namespace KubectlGemma.Planning;

/// <summary>
/// Lists each kind once, however many objects of a manifest are looked at: all are compared with one state of the
/// cluster.
/// </summary>
internal sealed class RememberedLists(IKubeApi api) : ReadingApi(api)
{
    private readonly Dictionary<(Type Kind, ListQuery Query), object> _known = [];

    public override async Task<KubePage<T>> ListAsync<T>(ListQuery query, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue((typeof(T), query), out var known))
        {
            return (KubePage<T>)known;
        }

        var page = await base.ListAsync<T>(query, cancellationToken);
        _known[(typeof(T), query)] = page;
        return page;
    }
}
