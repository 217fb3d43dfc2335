using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Storage;

namespace LocalCluster.Hooks;

/// <summary>
/// Asks those who may change or refuse a write: mutating webhooks one after the other before it is validated, then
/// policies and validating webhooks. They are asked without the store's lock.
/// </summary>
internal sealed class AdmissionHooks(ObjectStore store, ResourceCatalog catalog, TimeProvider time) : IDisposable
{
    public const string Group = "admissionregistration.k8s.io";

    private const string Mutating = "mutatingwebhookconfigurations." + Group;
    private const string Validating = "validatingwebhookconfigurations." + Group;

    private readonly WebhookDispatcher _dispatcher = new(store, catalog, time);
    private readonly AdmissionPolicies _policies = new(store, catalog);
    private readonly Parsed<IReadOnlyList<Webhook>> _mutating = new(json => Read(json, isMutating: true));
    private readonly Parsed<IReadOnlyList<Webhook>> _validating = new(json => Read(json, isMutating: false));

    /// <summary>Says whether anybody is to be asked about a resource; those who ask aren't asked about.</summary>
    public bool AreAsked(ResourceInfo resource) =>
        resource.Group != Group
        && (
            store.List(Mutating, null).Objects.Count > 0
            || store.List(Validating, null).Objects.Count > 0
            || store.List(AdmissionPolicies.Bindings, null).Objects.Count > 0
        );

    /// <summary>Describes a write. Call under the store's lock.</summary>
    public AdmissionAttributes Describe(ApiRequest request, string operation, JsonObject? json, StoredObject? old) =>
        new()
        {
            Request = request,
            Operation = operation,
            Name = request.Name.Length > 0 ? request.Name : (json ?? old?.Json)?.Metadata().Text("name") ?? "",
            IsDryRun = request.IsDryRun,
            Namespace = request.Namespace is { Length: > 0 } ns ? store.Find("namespaces", "", ns)?.Copy() : null,
            Object = json,
            Old = old?.Copy(),
        };

    /// <summary>Lets mutating webhooks change a write.</summary>
    /// <param name="asked">The write; its object is changed.</param>
    /// <param name="settle">Defaults an object that was changed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ApiException">One refuses it, or can't be asked.</exception>
    public async Task MutateAsync(
        AdmissionAttributes asked,
        Action<JsonObject> settle,
        CancellationToken cancellationToken
    )
    {
        foreach (var webhook in store.List(Mutating, null).Objects.SelectMany(_mutating.Of))
        {
            if (await _dispatcher.AskAsync(webhook, asked, cancellationToken))
            {
                settle(asked.Object!);
            }
        }
    }

    /// <summary>Asks policies and validating webhooks about a write.</summary>
    /// <exception cref="ApiException">One refuses it, or can't be asked.</exception>
    public async Task ValidateAsync(AdmissionAttributes asked, CancellationToken cancellationToken)
    {
        _policies.Ask(asked);
        foreach (var webhook in store.List(Validating, null).Objects.SelectMany(_validating.Of))
        {
            await _dispatcher.AskAsync(webhook, asked, cancellationToken);
        }
    }

    public void Dispose() => _dispatcher.Dispose();

    private static IReadOnlyList<Webhook> Read(JsonObject json, bool isMutating) =>
        [.. (json.Array("webhooks") ?? []).OfType<JsonObject>().Select(w => new Webhook(w, isMutating))];
}
