using System.Globalization;
using Quickstart.Terminal;

namespace Quickstart.Story;

/// <summary>Tells at the end what comes next, how long it took, and what of it was real.</summary>
internal static class Ending
{
    public static void Write(Screen screen, IReadOnlyList<Seen> seen, TimeSpan took, bool hasServer)
    {
        foreach (var image in seen.Select(s => s.Image))
        {
            if (image.Status?.NextScheduleTime is { } next)
            {
                screen.Line(
                    $"Next scheduled build of {image.Metadata.Name}: "
                        + $"{next.ToString("dddd, yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC "
                        + $"({image.Spec!.Schedule}, {image.Spec.TimeZone})."
                );
            }
        }

        screen.Line(string.Create(CultureInfo.InvariantCulture, $"All this took {took.TotalSeconds:0.0} s."));
        screen.Line(
            "Real here: the operator, the API and its objects, the registry, the images' manifests and digests"
                + (hasServer ? ", and the inference server, as a process on this machine's CPU." : ".")
        );
        screen.Line(
            (
                hasServer
                    ? "Simulated here: the other containers (no Kaniko, no pip runs)"
                    : "Simulated here: the containers (no Kaniko, no pip, no model runs)"
            ) + ", the node and its GPU; upstream images are small stand-ins."
        );
    }
}
