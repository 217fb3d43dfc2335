using System.Text.Json.Nodes;
using LocalCluster.Builtin;
using LocalCluster.Discovery;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Storage;

namespace LocalCluster.Writes;

/// <summary>Lets custom resource definitions take effect when they are stored, and go with their objects.</summary>
internal sealed class Definitions(ObjectStore store, ResourceCatalog catalog, TimeProvider time)
{
    public void AfterStore(ResourceInfo resource, StoredObject stored)
    {
        if (resource.Kind != "CustomResourceDefinition")
        {
            return;
        }

        catalog.Define(stored.Copy());
        if (stored.Json.Object("status")?["conditions"] is null)
        {
            var established = stored.Copy();
            CustomResourceDefinitionKind.Establish(established, time.Text());
            store.Put(resource.Key, established);
        }
    }

    public void AfterRemove(ResourceInfo resource, JsonObject json)
    {
        if (resource.Kind != "CustomResourceDefinition")
        {
            return;
        }

        var (group, plural) = (json.Object("spec").Text("group")!, json.Object("spec").Object("names").Text("plural")!);
        foreach (var instance in store.List(ApiException.Qualified(plural, group), null).Objects)
        {
            store.Remove(ApiException.Qualified(plural, group), instance);
        }

        catalog.Forget(json);
    }
}
