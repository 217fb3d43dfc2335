using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Check;

/// <summary>Asks the API server for all that is to be judged, and changes nothing.</summary>
internal sealed class ClusterReader(KubeClient client, string server, TimeProvider time)
{
    private const int PageSize = 500;
    private const int AtOnce = 8;

    public async Task<ClusterFacts> ReadAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        var version = await Answer<VersionInfo>.OfAsync(async () => await client.VersionAsync(cancellationToken));
        var facts = new ClusterFacts
        {
            Server = server,
            Version = version,
            Now = time.GetUtcNow(),
        };
        return version.Problem is not null
            ? facts
            : facts with
            {
                Definitions = await EachAsync(
                    ShippedDefinitions.All,
                    crd => GetAsync<V1CustomResourceDefinition>(null, crd.Metadata.Name, cancellationToken)
                ),
                Rights = await new RightsReader(client.Api).ReadAsync(request, AtOnce, cancellationToken),
                Lease = await GetAsync<V1Lease>(
                    request.OperatorNamespace,
                    CheckRequest.OperatorName,
                    cancellationToken
                ),
                Nodes = await ListAsync<V1Node>(null, cancellationToken),
                StorageClasses = await ListAsync<V1StorageClass>(null, cancellationToken),
                Namespaces = await EachAsync(
                    request.Namespaces,
                    ns => GetAsync<V1Namespace>(null, ns, cancellationToken)
                ),
                NetworkPolicies = await EachAsync(
                    request.Namespaces,
                    ns => ListAsync<V1NetworkPolicy>(ns, cancellationToken)
                ),
                PriorityClasses = await EachAsync(
                    request.PriorityClasses,
                    name => GetAsync<V1PriorityClass>(null, name, cancellationToken)
                ),
                RuntimeClasses = await EachAsync(
                    request.RuntimeClasses,
                    name => GetAsync<V1RuntimeClass>(null, name, cancellationToken)
                ),
            };
    }

    private static async Task<IReadOnlyList<(TName, TAnswer)>> EachAsync<TName, TAnswer>(
        IEnumerable<TName> names,
        Func<TName, Task<TAnswer>> ask
    )
    {
        var answers = new List<(TName, TAnswer)>();
        foreach (var name in names)
        {
            answers.Add((name, await ask(name)));
        }

        return answers;
    }

    private Task<Answer<T>> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        Answer<T>.OfAsync(() => client.Api.GetAsync<T>(ns, name, cancellationToken));

    private Task<Answer<IReadOnlyList<T>>> ListAsync<T>(string? ns, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        Answer<IReadOnlyList<T>>.OfAsync(async () =>
        {
            var all = new List<T>();
            string? next = null;
            do
            {
                var page = await client.Api.ListAsync<T>(
                    new ListQuery
                    {
                        Namespace = ns,
                        Limit = PageSize,
                        Continue = next,
                    },
                    cancellationToken
                );
                all.AddRange(page.Items);
                next = page.Continue;
            } while (next is not null);

            return all;
        });
}
