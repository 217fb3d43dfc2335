using System.Globalization;

namespace Quickstart;

/// <summary>Tells what was made, at the end.</summary>
internal static class Report
{
    public static void Write(Progress.Outcome outcome, bool hasServer)
    {
        var (image, build) = (outcome.Image, outcome.Build);
        var status = image.Status;
        Screen.Table(
            "Images",
            ["image", "digest", "tag", "bytes"],
            new[] { ("base", status?.LatestImage), ("application", status?.ServingImage ?? build?.Status?.Application) }
                .Where(i => i.Item2 is not null)
                .Select(i =>
                    (IReadOnlyList<string>)
                        [
                            i.Item1,
                            i.Item2!.Digest,
                            i.Item2.Tag ?? "",
                            i.Item2.SizeBytes?.ToString(CultureInfo.InvariantCulture) ?? "",
                        ]
                )
        );
        Screen.Table(
            "Conditions",
            ["type", "status", "reason", "message"],
            (status?.Conditions ?? []).Select(c =>
                (IReadOnlyList<string>)[c.Type, c.Status, c.Reason, Shorten(c.Message)]
            )
        );
        Screen.Table(
            "Steps",
            ["step", "result", "seconds"],
            (build?.Status?.Steps ?? []).Select(s =>
                (IReadOnlyList<string>)
                    [s.Name, s.Result, s.DurationSeconds?.ToString(CultureInfo.InvariantCulture) ?? "-"]
            )
        );
        Screen.Line("");
        if (status?.NextScheduleTime is { } next)
        {
            Screen.Line(
                "Next scheduled build: "
                    + $"{next.ToString("dddd, yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC "
                    + $"({image.Spec!.Schedule}, {image.Spec.TimeZone})"
            );
        }

        Screen.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Ready is {(outcome.IsReady ? "True" : "not True")} after {outcome.Took.TotalSeconds:0.0} s."
            )
        );
        Screen.Line(
            "Real here: the operator, the API and its objects, the registry, the images' manifests and digests"
                + (hasServer ? ", and the inference server, as a process on this machine's CPU." : ".")
        );
        Screen.Line(
            hasServer
                ? "Simulated here: the other containers (no Kaniko, no pip runs), the node and its GPU; "
                    + "upstream images are small stand-ins."
                : "Simulated here: the containers (no Kaniko, no pip, no model runs), the node and its GPU; "
                    + "upstream images are small stand-ins."
        );
    }

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..99] + "…";
}
