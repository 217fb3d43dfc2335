using System.Globalization;
using Quickstart.Terminal;

namespace Quickstart.Story;

/// <summary>Tells at the end what comes next, how long it took, and what of it was real.</summary>
internal static class Ending
{
    public static void Write(Screen screen, IReadOnlyList<Seen> seen, TimeSpan took, bool hasServer, bool hasEngine)
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
        var real = new List<string>
        {
            "the operator",
            "the API and its objects",
            "the registry",
            "the images' manifests and digests",
        };
        var simulated = new List<string>();
        if (hasEngine)
        {
            real.Add("the builds and the checks of their images, as containers of the engine");
            simulated.Add("the served pods and what speaks to them (no model runs)");
        }

        if (hasServer)
        {
            real.Add("the inference server, as a process on this machine's CPU");
        }

        if (!hasEngine)
        {
            simulated.Add(
                hasServer
                    ? "the other containers (no Kaniko, no pip runs)"
                    : "the containers (no Kaniko, no pip, no model runs)"
            );
        }
        else if (hasServer)
        {
            simulated.Clear();
        }

        simulated.Add("the node and its GPU");
        screen.Line($"Real here: {Listed(real)}.");
        screen.Line(
            $"Simulated here: {string.Join(", ", simulated)}; "
                + (hasEngine ? "server images are small stand-ins." : "upstream images are small stand-ins.")
        );
    }

    private static string Listed(IReadOnlyList<string> words) =>
        $"{string.Join(", ", words.SkipLast(1))}{(words.Count > 4 ? ", and " : ", ")}{words[^1]}";
}
