using System.Collections.Concurrent;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Host;
using k8s.Models;

namespace Operator.Tests.Runtime.Gadgets;

/// <summary>
/// Applies the child, then the status, each only if it differs from the cache: so every surplus write shows a cache
/// that was read too early. Keeps account of all it was asked to do.
/// </summary>
internal sealed class GadgetController(ControllerHost host) : IEntityController<Gadget>
{
    private readonly IIndexer<V1ConfigMap> _children = host.Cache<V1ConfigMap>(Gadget.Label);
    private readonly ConcurrentDictionary<string, int> _running = new();

    public ConcurrentQueue<string> Reconciled { get; } = new();

    public ConcurrentQueue<string> Deleted { get; } = new();

    /// <summary>Names that were ever reconciled twice at once: none, if all is well.</summary>
    public ConcurrentQueue<string> Overlapped { get; } = new();

    /// <summary>Whose child was written, once per write.</summary>
    public ConcurrentQueue<string> ChildWrites { get; } = new();

    /// <summary>Whose status was written, once per write.</summary>
    public ConcurrentQueue<string> StatusWrites { get; } = new();

    /// <summary>Runs before the work of each reconcile.</summary>
    public Func<Gadget, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public async Task<ReconciliationResult<Gadget>> ReconcileAsync(Gadget entity, CancellationToken cancellationToken)
    {
        var name = entity.Metadata.Name;
        if (_running.AddOrUpdate(name, 1, (_, n) => n + 1) > 1)
        {
            Overlapped.Enqueue(name);
        }

        try
        {
            Reconciled.Enqueue(name);
            await Before(entity, cancellationToken);
            await SettleAsync(entity, cancellationToken);
            return ReconciliationResult<Gadget>.Success(entity);
        }
        finally
        {
            _running.AddOrUpdate(name, 0, (_, n) => n - 1);
        }
    }

    public Task<ReconciliationResult<Gadget>> DeletedAsync(Gadget entity, CancellationToken cancellationToken)
    {
        Deleted.Enqueue(entity.Metadata.Name);
        return Task.FromResult(ReconciliationResult<Gadget>.Success(entity));
    }

    private async Task SettleAsync(Gadget entity, CancellationToken cancellationToken)
    {
        var (ns, name, size) = (entity.Metadata.NamespaceProperty, entity.Metadata.Name, entity.Spec!.Size);
        if (_children.Get(ns, name)?.Data?["size"] != $"{size}")
        {
            ChildWrites.Enqueue(name);
            await host.Api.ApplyAsync(Child(entity, size), cancellationToken);
        }

        if (!entity.IsSettled)
        {
            StatusWrites.Enqueue(name);
            await host.Api.ApplyStatusAsync(
                new Gadget
                {
                    Metadata = new V1ObjectMeta { NamespaceProperty = ns, Name = name },
                    Status = new GadgetStatus(entity.Metadata.Generation, size),
                },
                cancellationToken
            );
        }
    }

    private static V1ConfigMap Child(Gadget owner, int size) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                NamespaceProperty = owner.Metadata.NamespaceProperty,
                Name = owner.Metadata.Name,
                Labels = new Dictionary<string, string> { [Gadget.Label] = owner.Metadata.Name },
                OwnerReferences =
                [
                    new V1OwnerReference
                    {
                        ApiVersion = owner.ApiVersion,
                        Kind = owner.Kind,
                        Name = owner.Metadata.Name,
                        Uid = owner.Metadata.Uid,
                        Controller = true,
                    },
                ],
            },
            Data = new Dictionary<string, string> { ["size"] = $"{size}" },
        };
}
