using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Forecasts;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using KubectlGemma.Cluster;
using KubectlGemma.Output;
using KubectlGemma.Rendering;

namespace KubectlGemma.Planning;

/// <summary>
/// Asks the API server what it would make of a manifest, by a dry run. Whoever may not is told so, and sees what the
/// manifest alone says.
/// </summary>
internal sealed class ProposalReader(GemmaCluster cluster, Action<string> note)
{
    /// <summary>Is what an API server names where it tells that it has left rules out.</summary>
    private const string NoField = "<nil>";

    private bool _told;

    /// <exception cref="CliException">Schema, rules or admission refuse it; the message has the fields.</exception>
    public async Task<Proposal> ReadAsync(Manifest manifest, JsonObject json, CancellationToken cancellationToken)
    {
        var (name, ns) = (TextOf(json, "name")!, TextOf(json, "namespace") ?? cluster.Namespace);
        var live = await FindAsync<GemmaBaseImage>(ns, name, cancellationToken);
        var proposed = await JudgeAsync(ns, name, ApplyMethod.Clean(json), live, cancellationToken);
        var image = Decode<GemmaBaseImage>(proposed);
        image.Metadata.NamespaceProperty = ns;
        image.Metadata.Uid ??= Guid.Empty.ToString();
        var changes = new List<JsonChange>(Changes(live, proposed, ""));
        var maps = new List<V1ConfigMap>();
        foreach (var named in NamedObjects.ConfigMaps(image.Spec).Select(o => o.Name).Distinct(StringComparer.Ordinal))
        {
            if (manifest.ConfigMaps.FirstOrDefault(c => IsAt(c, ns, named)) is { } given)
            {
                var there = await FindAsync<V1ConfigMap>(ns, named, cancellationToken);
                var after = ApplyMethod.Locally(ApplyMethod.Clean(given), there);
                changes.AddRange(Changes(there, after, $"ConfigMap {named}: "));
                var map = Decode<V1ConfigMap>(after);
                map.Metadata.NamespaceProperty = ns;
                maps.Add(map);
            }
        }

        return new Proposal
        {
            Image = image,
            IsNew = live is null,
            ConfigMaps = maps,
            Changes = changes,
        };
    }

    private bool IsAt(JsonObject map, string ns, string name) =>
        TextOf(map, "name") == name && (TextOf(map, "namespace") ?? cluster.Namespace) == ns;

    private static IEnumerable<JsonChange> Changes(JsonElement? live, JsonObject proposed, string prefix) =>
        JsonChanges
            .Between(
                live is { } there ? ApplyMethod.Written((JsonObject)JsonNode.Parse(there.GetRawText())!) : null,
                ApplyMethod.Written(proposed),
                ""
            )
            .Select(c => c with { Path = prefix + c.Path });

    private async Task<JsonObject> JudgeAsync(
        string ns,
        string name,
        JsonObject json,
        JsonElement? live,
        CancellationToken cancellationToken
    )
    {
        var method = ApplyMethod.Decide(json, live);
        try
        {
            var judged = method switch
            {
                ApplyMethod.Create => await cluster.TryCreateAsync<GemmaBaseImage>(ns, json, cancellationToken),
                ApplyMethod.Merge merge => await cluster.PatchAsync<GemmaBaseImage>(
                    ns,
                    name,
                    merge.Patch,
                    dryRun: true,
                    cancellationToken
                ),
                ApplyMethod.ServerSide by => await cluster.TryApplyAsync<GemmaBaseImage>(
                    ns,
                    name,
                    json,
                    by.Manager,
                    cancellationToken
                ),
                _ => throw new InvalidOperationException(method.GetType().Name),
            };
            return (JsonObject)JsonNode.Parse(judged.GetRawText())!;
        }
        catch (KubeApiException e) when (e.IsForbidden)
        {
            var verb = e.Request.Verb;
            if (await cluster.MayAsync<GemmaBaseImage>(verb, ns, live is null ? null : name, cancellationToken))
            {
                throw Refused(e);
            }

            if (!_told)
            {
                _told = true;
                note(
                    $"not allowed to {verb} gemmabaseimages.gemmaoperator.io, not even in a dry run: defaults and "
                        + "refusals of the API server's own aren't in this"
                );
            }

            return ApplyMethod.Locally(json, live);
        }
        catch (KubeApiException e) when (e.IsRefusal)
        {
            throw Refused(e);
        }
    }

    private async Task<JsonElement?> FindAsync<T>(string ns, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await cluster.GetAsync<T>(ns, name, cancellationToken);
        }
        catch (KubeApiException e) when (e.IsNotFound && e.Status?.Details?.Name == name)
        {
            return null;
        }
    }

    private static T Decode<T>(JsonObject json)
        where T : class
    {
        try
        {
            return json.Deserialize<T>(KubeJson.Options)!;
        }
        catch (JsonException e)
        {
            throw new CliException(ExitCode.Usage, e.Message, e);
        }
    }

    private static CliException Refused(KubeApiException e) =>
        new(
            ExitCode.Usage,
            e.Status?.Details?.Causes is { Count: > 0 } causes
                ? string.Join(
                    ". ",
                    causes
                        .Where(c => c.Field != NoField || causes.Count == 1)
                        .Select(c => string.IsNullOrEmpty(c.Field) ? c.Message : $"{c.Field}: {c.Message}")
                )
                : e.Message,
            e
        );

    public static string? TextOf(JsonObject json, string field) =>
        (json["metadata"] as JsonObject)?[field] is JsonValue value
        && value.TryGetValue<string>(out var text)
        && text.Length > 0
            ? text
            : null;
}
