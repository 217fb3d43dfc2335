using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Hooks;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Storage;

namespace LocalCluster.Writes;

/// <summary>
/// Ends writes that others are asked about: they are asked without the store's lock, so that they may ask the server
/// in turn, and a write whose object has changed meanwhile begins anew.
/// </summary>
internal sealed class AskedWriter(ObjectStore store, WriteCommitter commit, AdmissionHooks hooks)
{
    /// <summary>Stores a new object.</summary>
    /// <exception cref="ApiException">As for <see cref="WriteCommitter.Create"/>, or somebody refuses it.</exception>
    public async Task<WriteResult> CreateAsync(
        ApiRequest request,
        JsonObject json,
        IReadOnlyList<string> warnings,
        bool isApply,
        CancellationToken cancellationToken
    )
    {
        AdmissionAttributes asked;
        lock (store.Gate)
        {
            commit.Begin(request, json);
            Settle(request, json, null);
            asked = hooks.Describe(request, "CREATE", json, null);
        }

        var owned = isApply ? null : json.Copy();
        await hooks.MutateAsync(asked, o => Settle(request, o, null), cancellationToken);
        json = asked.Object!;
        var more = commit.Finish(request, json, owned);
        await ValidateAsync(asked, json, cancellationToken);
        lock (store.Gate)
        {
            return commit.Store(request, json, [.. warnings, .. asked.Warnings, .. more]);
        }
    }

    /// <summary>Stores another state of an object.</summary>
    /// <param name="request">The write.</param>
    /// <param name="make">Makes what is wanted of what is stored, with warnings; called under the store's lock.</param>
    /// <param name="isApply">Whether the owners of fields are booked already.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ApiException">As for <see cref="WriteCommitter.Replace"/>, or somebody refuses it.</exception>
    public async Task<WriteResult> ReplaceAsync(
        ApiRequest request,
        Func<StoredObject, (JsonObject Json, IReadOnlyList<string> Warnings)> make,
        bool isApply,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            StoredObject live;
            AdmissionAttributes asked;
            IReadOnlyList<string> warnings;
            lock (store.Gate)
            {
                live = store.Live(request);
                (var wanted, warnings) = make(live);
                WriteCommitter.BeginReplace(request, live, wanted, isApply);
                asked = hooks.Describe(request, "UPDATE", wanted, live);
            }

            var (before, owned) = (live.Copy(), isApply ? null : asked.Object!.Copy());
            await hooks.MutateAsync(asked, o => Settle(request, o, before), cancellationToken);
            var json = asked.Object!;
            var more = commit.FinishReplace(request, before, json, owned);
            await ValidateAsync(asked, json, cancellationToken);
            lock (store.Gate)
            {
                if (store.Live(request).Version == live.Version)
                {
                    return commit.StoreReplace(request, live, json, [.. warnings, .. asked.Warnings, .. more]);
                }
            }
        }
    }

    /// <summary>Asks about a delete.</summary>
    /// <exception cref="ApiException">Somebody refuses it.</exception>
    public async Task DeleteAsync(ApiRequest request, StoredObject live, CancellationToken cancellationToken)
    {
        AdmissionAttributes asked;
        lock (store.Gate)
        {
            asked = hooks.Describe(request, "DELETE", null, live);
        }

        await hooks.MutateAsync(asked, _ => { }, cancellationToken);
        await hooks.ValidateAsync(asked, cancellationToken);
    }

    /// <summary>Asks those who only say yes or no; what they see is a copy.</summary>
    private Task ValidateAsync(AdmissionAttributes asked, JsonObject json, CancellationToken cancellationToken)
    {
        asked.Object = json.Copy();
        return hooks.ValidateAsync(asked, cancellationToken);
    }

    /// <summary>Makes of an object that was changed one that could be stored: nothing unknown, all defaults.</summary>
    private static void Settle(ApiRequest request, JsonObject json, JsonObject? before)
    {
        request.Resource.Schema?.Prune(json);
        if (before is not null)
        {
            ObjectRules.Keep(request.Resource, request.Subresource, before, json, keepManagers: true);
        }

        ObjectRules.Default(request.Resource, json, before);
    }
}
