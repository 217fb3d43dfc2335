using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LocalCluster.Builtin;
using LocalCluster.Json;
using LocalCluster.Rules;
using LocalCluster.Schema;

namespace LocalCluster.Discovery;

/// <summary>
/// Knows what is served: the built-in kinds that somebody needs, and custom resources as they are defined.
/// </summary>
internal sealed class ResourceCatalog
{
    private ImmutableList<ResourceInfo> _resources = [.. BuiltinResources.All()];

    public IReadOnlyList<ResourceInfo> All => _resources;

    public ResourceInfo? Find(string group, string version, string plural) =>
        _resources.Find(r => r.Group == group && r.Version == version && r.Plural == plural);

    public ResourceInfo? ByKey(string key) => _resources.Find(r => r.Key == key);

    public ResourceInfo? ByKind(string group, string kind) => _resources.Find(r => r.Group == group && r.Kind == kind);

    /// <summary>Serves what a CustomResourceDefinition defines, in place of what it defined before.</summary>
    public void Define(JsonObject crd)
    {
        var spec = crd.Object("spec")!;
        var names = spec.Object("names")!;
        var served = (spec.Array("versions") ?? [])
            .OfType<JsonObject>()
            .Where(v => v["served"].IsTrue())
            .Select(v => ToResource(spec, names, v));
        Forget(crd);
        _resources = _resources.AddRange(served);
    }

    public void Forget(JsonObject crd)
    {
        var (group, plural) = (crd.Object("spec").Text("group"), crd.Object("spec").Object("names").Text("plural"));
        _resources = _resources.RemoveAll(r => r.IsCustom && r.Group == group && r.Plural == plural);
    }

    private static ResourceInfo ToResource(JsonObject spec, JsonObject names, JsonObject version)
    {
        var schema = (JsonObject)version.Object("schema").Object("openAPIV3Schema")!.DeepClone();
        var subresources = version.Object("subresources");
        return new ResourceInfo
        {
            Group = spec.Text("group")!,
            Version = version.Text("name")!,
            Plural = names.Text("plural")!,
            Singular = names.Text("singular")!,
            Kind = names.Text("kind")!,
            Namespaced = spec.Text("scope") == "Namespaced",
            ShortNames = [.. (names.Array("shortNames") ?? []).Select(n => n.Text()!)],
            Categories = [.. (names.Array("categories") ?? []).Select(n => n.Text()!)],
            HasStatus = subresources?["status"] is not null,
            ScalePath = subresources.Object("scale").Text("specReplicasPath"),
            ScaleStatusPath = subresources.Object("scale").Text("statusReplicasPath") ?? ".status.replicas",
            ScaleSelectorPath = subresources.Object("scale").Text("labelSelectorPath"),
            Schema = new StructuralSchema(schema),
            Rules = RuleTree.Of(schema),
            Columns = (version.Array("additionalPrinterColumns") ?? Age()).DeepClone() as JsonArray,
            Builtin = new PlainKind(hasGeneration: false),
        };
    }

    private static JsonArray Age() =>
        [
            new JsonObject
            {
                ["name"] = "Age",
                ["type"] = "date",
                ["jsonPath"] = ".metadata.creationTimestamp",
            },
        ];
}
