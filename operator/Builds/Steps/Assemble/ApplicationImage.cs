using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>
/// Composes the application image, a function: the base's layers, the server's own on top, and a config that starts the
/// server. The same arguments give the same bytes, so that assembling twice gives one image.
/// </summary>
internal sealed record ApplicationImage(
    byte[] Config,
    ManifestContent Manifest,
    IReadOnlyList<Descriptor> BaseLayers,
    IReadOnlyList<Descriptor> ServerLayers
)
{
    private static readonly JsonSerializerOptions Compact = new() { WriteIndented = false };

    public static ApplicationImage Compose(
        ImageContent @base,
        ImageReference baseReference,
        ImageContent server,
        int ownLayers,
        ApplicationSettings settings
    )
    {
        var type = @base.Manifest.MediaType;
        var own = server
            .Manifest.Layers.Skip(server.Manifest.Layers.Count - ownLayers)
            .Select(l => l with { MediaType = MediaTypes.LayerFor(type, l.MediaType) })
            .ToList();
        var config = JsonSerializer.SerializeToUtf8Bytes(
            ConfigOf(@base, baseReference, server, ownLayers, settings),
            Compact
        );
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = type,
            ["config"] = new Descriptor(MediaTypes.ConfigFor(type), ImageDigest.Of(config), config.Length).ToJson(),
            ["layers"] = new JsonArray([.. @base.Manifest.Layers.Concat(own).Select(l => (JsonNode)l.ToJson())]),
        };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(manifest, Compact);
        return new ApplicationImage(
            config,
            new ManifestContent(type, ImageDigest.Of(bytes), bytes),
            @base.Manifest.Layers,
            own
        );
    }

    private static JsonObject ConfigOf(
        ImageContent @base,
        ImageReference baseReference,
        ImageContent server,
        int ownLayers,
        ApplicationSettings settings
    )
    {
        var config = (JsonObject)@base.Config.DeepClone();
        config["created"] = settings.Created.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        config["rootfs"] = new JsonObject
        {
            ["type"] = "layers",
            ["diff_ids"] = new JsonArray([
                .. @base
                    .DiffIds.Concat(server.DiffIds.Skip(server.DiffIds.Count - ownLayers))
                    .Select(id => (JsonNode)id),
            ]),
        };
        config["history"] = new JsonArray([.. History(@base, @base.DiffIds.Count), .. OwnHistory(server, ownLayers)]);

        var start = (JsonObject)@base.Section.DeepClone();
        foreach (var field in new[] { "Entrypoint", "Cmd", "WorkingDir", "StopSignal" })
        {
            // A command of the base under the server's entrypoint would be its arguments: take all of it or nothing.
            start.Remove(field);
            if (server.Section[field] is { } value)
            {
                start[field] = value.DeepClone();
            }
        }

        start["Env"] = MergeEnvironment(@base, server, settings.Env);
        start["User"] = settings.User;
        start["ExposedPorts"] = new JsonObject
        {
            [string.Create(CultureInfo.InvariantCulture, $"{settings.Port}/tcp")] = new JsonObject(),
        };
        start["Labels"] = MergeLabels(@base, baseReference, server, settings.Labels);
        start.Remove("Healthcheck");
        config["config"] = start;
        config.Remove("container");
        config.Remove("container_config");
        return config;
    }

    /// <summary>
    /// The base's environment stays (PATH, CUDA), the server's wins over it, the given one over both.
    /// </summary>
    private static JsonArray MergeEnvironment(
        ImageContent @base,
        ImageContent server,
        IReadOnlyDictionary<string, string> extra
    )
    {
        var merged = new Dictionary<string, string>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (
            var (name, value) in Environment(@base)
                .Concat(Environment(server).Where(e => e.Key != "PATH"))
                .Concat(extra.OrderBy(e => e.Key, StringComparer.Ordinal))
        )
        {
            if (!merged.ContainsKey(name))
            {
                order.Add(name);
            }

            merged[name] = value;
        }

        return new JsonArray([.. order.Select(name => (JsonNode)$"{name}={merged[name]}")]);
    }

    private static IEnumerable<KeyValuePair<string, string>> Environment(ImageContent image) =>
        (image.Section["Env"] as JsonArray ?? [])
            .Select(e => (RegistryJson.Text(e) ?? "").Split('=', 2))
            .Where(e => e is [{ Length: > 0 }, _])
            .Select(e => KeyValuePair.Create(e[0], e[1]));

    private static JsonObject MergeLabels(
        ImageContent @base,
        ImageReference baseReference,
        ImageContent server,
        IReadOnlyDictionary<string, string> extra
    )
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in @base.Labels.Concat(server.Labels).Concat(extra))
        {
            labels[key] = value;
        }

        labels[OwnLayers.BaseDigestLabel] = @base.Content.Digest.ToString();
        labels[OwnLayers.BaseNameLabel] = baseReference.ToString();
        labels.Remove(ApiGroup.OwnLayersLabel);
        var json = new JsonObject();
        foreach (var (key, value) in labels)
        {
            json[key] = value;
        }

        return json;
    }

    /// <summary>Returns an image's history, made up where it says nothing, so that each layer has one entry.</summary>
    private static IEnumerable<JsonNode> History(ImageContent image, int layers) =>
        image.Config["history"] is JsonArray history && history.Count(IsLayer) == layers
            ? history.Select(h => h!.DeepClone())
            : Enumerable.Range(0, layers).Select(_ => (JsonNode)new JsonObject { ["created_by"] = "unknown" });

    private static IEnumerable<JsonNode> OwnHistory(ImageContent server, int ownLayers)
    {
        var known =
            server.Config["history"] is JsonArray history && history.Count(IsLayer) == server.DiffIds.Count
                ? history.Where(IsLayer).TakeLast(ownLayers).Select(h => h!.DeepClone()).ToList()
                : null;
        return known
            ?? Enumerable
                .Range(0, ownLayers)
                .Select(_ => (JsonNode)new JsonObject { ["created_by"] = "gemma-operator: server layer" });
    }

    private static bool IsLayer(JsonNode? entry) =>
        entry is JsonObject fields
        && !(fields["empty_layer"] is JsonValue empty && empty.TryGetValue<bool>(out var yes) && yes);
}
