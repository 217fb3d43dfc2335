using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>Applies RFC 7386.</summary>
internal static class MergePatch
{
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject inner)
            {
                var child = target[name] as JsonObject;
                if (child is null)
                {
                    child = [];
                    target[name] = child;
                }

                Apply(child, inner);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }

        return target;
    }
}
