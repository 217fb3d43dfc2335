using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Discovery;

/// <summary>
/// Renders OpenAPI v3 documents, as far as <c>kubectl explain</c> and <c>kubectl apply</c> read them.
/// </summary>
internal sealed class OpenApiWriter(ResourceCatalog catalog)
{
    public JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (var (group, version) in catalog.All.Select(r => (r.Group, r.Version)).Distinct())
        {
            var path = PathOf(group, version);
            var hash = Convert.ToHexString(
                SHA256.HashData(Encoding.UTF8.GetBytes(Document(group, version)!.ToJsonString()))
            );
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={hash}" };
        }

        return new JsonObject { ["paths"] = paths };
    }

    /// <summary>Returns a version's document; null when it isn't served.</summary>
    public JsonObject? Document(string group, string version)
    {
        var served = catalog.All.Where(r => r.Group == group && r.Version == version).ToList();
        if (served.Count == 0)
        {
            return null;
        }

        var (paths, schemas) = (
            new JsonObject(),
            new JsonObject { ["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"] = ObjectMeta() }
        );
        foreach (var r in served)
        {
            var name = SchemaName(r);
            schemas[name] = Schema(r);
            var gvk = new JsonObject
            {
                ["group"] = r.Group,
                ["kind"] = r.Kind,
                ["version"] = r.Version,
            };
            var path = $"/{PathOf(group, version)}{(r.Namespaced ? "/namespaces/{namespace}" : "")}/{r.Plural}";
            paths[path] = new JsonObject
            {
                ["get"] = Operation("list", gvk, name),
                ["post"] = Operation("post", gvk, name),
            };
            paths[path + "/{name}"] = new JsonObject
            {
                ["get"] = Operation("get", gvk, name),
                ["patch"] = Patch(gvk, name),
            };
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1.36.2" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    private static string PathOf(string group, string version) =>
        group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}";

    private static string SchemaName(ResourceInfo r) =>
        r.IsCustom
            ? $"{string.Join('.', r.Group.Split('.').Reverse())}.{r.Version}.{r.Kind}"
            : $"io.k8s.api.{(r.Group.Length == 0 ? "core" : r.Group.Split('.')[0])}.{r.Version}.{r.Kind}";

    private static JsonObject Schema(ResourceInfo r)
    {
        var schema = r.Schema is { } custom
            ? (JsonObject)custom.Root.DeepClone()
            : new JsonObject { ["type"] = "object", ["properties"] = new JsonObject() };
        var properties = schema.Child("properties");
        properties["apiVersion"] = new JsonObject
        {
            ["type"] = "string",
            ["description"] = "APIVersion defines the versioned schema of this representation of an object.",
        };
        properties["kind"] = new JsonObject
        {
            ["type"] = "string",
            ["description"] = "Kind is a string value representing the REST resource this object represents.",
        };
        properties["metadata"] = new JsonObject
        {
            ["description"] = "Standard object's metadata.",
            ["allOf"] = new JsonArray(
                new JsonObject { ["$ref"] = "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" }
            ),
            ["default"] = new JsonObject(),
        };
        schema["x-kubernetes-group-version-kind"] = new JsonArray(
            new JsonObject
            {
                ["group"] = r.Group,
                ["kind"] = r.Kind,
                ["version"] = r.Version,
            }
        );
        return schema;
    }

    private static JsonObject ObjectMeta() =>
        new()
        {
            ["description"] = "ObjectMeta is metadata that all persisted resources must have.",
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["name"] = new JsonObject
                {
                    ["type"] = "string",
                    ["description"] = "Name must be unique within a namespace.",
                },
                ["namespace"] = new JsonObject
                {
                    ["type"] = "string",
                    ["description"] = "Namespace defines the space within which each name must be unique.",
                },
                ["labels"] = new JsonObject
                {
                    ["type"] = "object",
                    ["additionalProperties"] = new JsonObject { ["type"] = "string" },
                },
                ["annotations"] = new JsonObject
                {
                    ["type"] = "object",
                    ["additionalProperties"] = new JsonObject { ["type"] = "string" },
                },
            },
        };

    private static JsonObject Operation(string action, JsonObject gvk, string schema) =>
        new()
        {
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject
                {
                    ["description"] = "OK",
                    ["content"] = new JsonObject
                    {
                        ["application/json"] = new JsonObject
                        {
                            ["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{schema}" },
                        },
                    },
                },
            },
            ["parameters"] = new JsonArray(
                Parameter("fieldValidation"),
                Parameter("fieldManager"),
                Parameter("dryRun")
            ),
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = gvk.DeepClone(),
        };

    private static JsonObject Patch(JsonObject gvk, string schema)
    {
        var operation = Operation("patch", gvk, schema);
        operation["requestBody"] = new JsonObject
        {
            ["content"] = new JsonObject
            {
                ["application/merge-patch+json"] = new JsonObject(),
                ["application/apply-patch+yaml"] = new JsonObject(),
            },
        };
        return operation;
    }

    private static JsonObject Parameter(string name) =>
        new()
        {
            ["name"] = name,
            ["in"] = "query",
            ["schema"] = new JsonObject { ["type"] = "string" },
        };
}
