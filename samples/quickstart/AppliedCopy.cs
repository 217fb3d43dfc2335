using System.Text.Json.Nodes;
using Quickstart.Manifests;
using Quickstart.World;

namespace Quickstart;

/// <summary>Makes the copy of an object that is applied here.</summary>
internal static class AppliedCopy
{
    /// <summary>Returns the object, a base image with what this machine needs; says each change in the notes.</summary>
    public static JsonObject Of(
        ManifestObject of,
        Until until,
        LocalWorld world,
        EngineNode? engine,
        Seeding seeding,
        List<string> notes
    )
    {
        if (!of.IsBaseImage)
        {
            return of.Json;
        }

        var copy = LocalCopy.Of(of.Json, world.Registry.Host, seeding.Pinned);
        if (until == Until.Story)
        {
            copy.Shorten(["triggers", "minInterval"], "0s", "30m");
            copy.Shorten(["rollout", "rollback", "soakTime"], "2s", "10m");
        }

        if (engine is { Builds: true, IsIsolating: false })
        {
            copy.Set("build", "isolation", "Legacy", $"the engine has no {EngineNode.OperatorImage}");
        }

        notes.AddRange(copy.Notes);
        return copy.Json;
    }
}
