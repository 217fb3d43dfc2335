using k8s.Models;
using Quickstart.Manifests;
using Quickstart.Terminal;
using Quickstart.World;

namespace Quickstart.Story;

/// <summary>Writes what was applied, and what differs here from a cluster.</summary>
internal static class Opening
{
    /// <param name="screen">Where.</param>
    /// <param name="manifest">What was applied.</param>
    /// <param name="namespaces">Those that were made for it.</param>
    /// <param name="seeding">What stands in for images of others.</param>
    /// <param name="fit">What the node got.</param>
    /// <param name="notes">What was changed for this machine.</param>
    public static void Write(
        Screen screen,
        Manifest manifest,
        IReadOnlyList<string> namespaces,
        Seeding seeding,
        IReadOnlyList<string> fit,
        List<string> notes
    )
    {
        var own = manifest.Objects.Where(o => o.Kind == V1Namespace.KubeKind).Select(o => o.Name);
        var made = namespaces.Except(own, StringComparer.Ordinal).Select(n => $"namespace/{n} made for them");
        screen.Field("applied", string.Join(", ", manifest.Objects.Select(o => o.ToString()).Concat(made)));
        if (seeding.Images.Count > 0)
        {
            screen.Field("stand-ins", string.Join(", ", seeding.Images.Distinct(StringComparer.Ordinal)));
        }

        if (fit.Count > 0)
        {
            screen.Field("node", $"has {string.Join(", ", fit)}");
        }

        screen.Field(
            "here",
            string.Join("; ", notes.Prepend("repositories lie in the local registry").Distinct(StringComparer.Ordinal))
        );
        screen.Blank();
    }
}
