using System.Net;
using LocalCluster.Tests.Worlds;

namespace LocalCluster.Tests.Scales;

/// <summary>
/// A custom resource's scale, as the real server reads and writes it: by the paths of its definition.
/// </summary>
internal sealed class ScaleTests
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Things = "/apis/test.io/v1/namespaces/t/things";
    private const string Scale = $"{Things}/x/scale";

    [Test]
    public async Task It_has_what_is_wanted_what_there_is_and_the_selector()
    {
        await using var world = await WorldAsync("""{"pool":{"size":2}}""");
        await world.SendAsync(
            HttpMethod.Patch,
            $"{Things}/x/status",
            """{"status":{"size":1,"pods":"app=x"}}""",
            "application/merge-patch+json"
        );
        var scale = await world.GetAsync(Scale);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)scale["apiVersion"], Is.EqualTo("autoscaling/v1"));
            Assert.That((int?)scale["spec"]!["replicas"], Is.EqualTo(2));
            Assert.That((int?)scale["status"]!["replicas"], Is.EqualTo(1));
            Assert.That((string?)scale["status"]!["selector"], Is.EqualTo("app=x"));
        }
    }

    [Test]
    public async Task A_written_scale_changes_the_wanted_number_and_is_booked_as_a_scale()
    {
        await using var world = await WorldAsync("""{"pool":{"size":2}}""");
        var (status, _) = await world.SendAsync(
            HttpMethod.Patch,
            $"{Scale}?fieldManager=hpa",
            """{"spec":{"replicas":3}}""",
            "application/merge-patch+json"
        );
        var thing = await world.GetAsync($"{Things}/x");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((int?)thing["spec"]!["pool"]!["size"], Is.EqualTo(3));
            Assert.That((long?)thing["metadata"]!["generation"], Is.EqualTo(2));
            Assert.That(
                thing["metadata"]!["managedFields"]!
                    .AsArray()
                    .Any(m => (string?)m!["manager"] == "hpa" && (string?)m["subresource"] == "scale")
            );
        }
    }

    [Test]
    public async Task The_schema_bounds_it_and_an_old_version_is_a_conflict()
    {
        await using var world = await WorldAsync("""{"pool":{"size":2}}""");
        var (tooMany, _) = await world.SendAsync(
            HttpMethod.Patch,
            Scale,
            """{"spec":{"replicas":9}}""",
            "application/merge-patch+json"
        );
        var (conflict, _) = await world.SendAsync(
            HttpMethod.Put,
            Scale,
            """{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"x","resourceVersion":"1"},"spec":{"replicas":3}}"""
        );
        Assert.That((tooMany, conflict), Is.EqualTo((HttpStatusCode.UnprocessableEntity, HttpStatusCode.Conflict)));
    }

    [Test]
    public async Task Without_the_field_there_is_no_scale_to_read()
    {
        await using var world = await WorldAsync("{}");
        var (status, body) = await world.SendAsync(HttpMethod.Get, Scale, null);
        Assert.That(status, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That(
            (string?)body["message"],
            Does.Contain("the spec replicas field \".spec.pool.size\" does not exist")
        );
    }

    private static async Task<SmallWorld> WorldAsync(string spec)
    {
        var world = await SmallWorld.StartAsync();
        await world.CreateAsync(
            Definitions,
            """
            {
              "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
              "metadata": {"name": "things.test.io"},
              "spec": {
                "group": "test.io", "scope": "Namespaced",
                "names": {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"},
                "versions": [{
                  "name": "v1", "served": true, "storage": true,
                  "subresources": {
                    "status": {},
                    "scale": {
                      "specReplicasPath": ".spec.pool.size", "statusReplicasPath": ".status.size",
                      "labelSelectorPath": ".status.pods"
                    }
                  },
                  "schema": {"openAPIV3Schema": {
                    "type": "object",
                    "properties": {
                      "spec": {"type": "object", "properties": {"pool": {"type": "object", "properties": {
                        "size": {"type": "integer", "maximum": 5}}}}},
                      "status": {"type": "object", "properties": {
                        "size": {"type": "integer"}, "pods": {"type": "string"}}}
                    }
                  }}
                }]
              }
            }
            """
        );
        await world.CreateAsync(
            Things,
            $$"""{"apiVersion":"test.io/v1","kind":"Thing","metadata":{"name":"x"},"spec":{{spec}}}"""
        );
        return world;
    }
}
