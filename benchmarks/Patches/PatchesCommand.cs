using System.Globalization;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Patching;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps.Contents;
using GemmaOperator.Registry.References;
using k8s.Models;

namespace Benchmarks.Patches;

/// <summary>
/// Computes what a node pulls for a year of weekly refreshes, everything built each time and with patches. Packages
/// move as they did; the product's own rules decide what each build is. A week in which nothing moved has no build.
/// </summary>
internal static class PatchesCommand
{
    private const int Weeks = 52;

    /// <summary>When the upstream base was released, and the image first built: a Monday.</summary>
    private static readonly DateTime First = new(2025, 8, 18, 9, 0, 0, DateTimeKind.Utc);

    public static int Run(string[] args)
    {
        var history = PackageHistory.Read();
        var layers = Number(args, "--max-layers", 5);
        var days = Number(args, "--full-days", 30);
        var patching = new PatchingSpec { MaxLayers = layers, FullRebuildInterval = $"{24 * days}h" };
        var without = Live(history, null);
        var with = Live(history, patching);
        Console.WriteLine(
            new JsonObject
            {
                ["weeks"] = Weeks,
                ["builds"] = without.Count,
                ["patches"] = with.Count(b => b.IsPatch),
                ["fullBuilds"] = new JsonObject(
                    with.Where(b => !b.IsPatch)
                        .GroupBy(b => b.Why, StringComparer.Ordinal)
                        .Select(g => KeyValuePair.Create(g.Key, (JsonNode?)g.Count()))
                ),
                ["fullMB"] = Mega(without.Sum(b => b.Bytes)),
                ["patchedMB"] = Mega(with.Sum(b => b.Bytes)),
                ["medianFullMB"] = Mega(Median(without.Select(b => b.Bytes))),
                ["medianPatchMB"] = Mega(Median(with.Where(b => b.IsPatch).Select(b => b.Bytes))),
                ["largestPatchMB"] = Mega(with.Where(b => b.IsPatch).Select(b => b.Bytes).DefaultIfEmpty().Max()),
                ["firstImageMB"] = Mega(history.SystemPackages + Requirements(history, First)),
            }.ToJsonString()
        );
        return 0;
    }

    private static List<Pulled> Live(PackageHistory history, PatchingSpec? patching)
    {
        var spec = new GemmaBaseImageSpec
        {
            Base = new BaseSpec { Image = "registry.example/base:1" },
            Patching = patching,
            SystemPackages = ["curl", "git"],
            Requirements = new RequirementsSpec { Inline = "transformers==4.56.1\n" },
            Output = new OutputSpec { Repository = "registry.example/team/image" },
        };
        var inputs = (BuildRequest.Known)
            BuildRequest.From(
                spec,
                ParsedSpec.Parse(spec, null, null).Value,
                new BuildTemplate { Output = spec.Output }
            );
        var image = new GemmaBaseImage
        {
            Metadata = new V1ObjectMeta
            {
                Name = "image",
                NamespaceProperty = "team",
                Uid = "image",
            },
            Spec = spec,
        };
        var known = new KnownBase(inputs.Base, ImageDigest.Parse($"sha256:{new string('a', 64)}"), First);
        var (builds, pulled) = (new List<GemmaBuild>(), new List<Pulled>());
        for (var (week, before) = (0, First); week <= Weeks; week++)
        {
            var now = First.AddDays(7 * week);
            if (week > 0 && !Moved(history, before, now))
            {
                continue;
            }

            var s = new ImageSnapshot
            {
                Now = now,
                Image = image,
                Inputs = inputs,
                Builds = builds,
                Schedule = new ScheduleFacts(now, now.AddDays(7)),
            };
            var build = NextBuildRenderer.Render(s, inputs, DueBuild.Find(s, inputs)!, known).Build;
            builds.Insert(0, Published(build, now));
            if (week > 0)
            {
                pulled.Add(
                    new Pulled(
                        build.IsPatch,
                        build.Spec!.FullBuildReason?.Text ?? "",
                        build.IsPatch ? OfPatch(history, before, now) : OfFull(history, now)
                    )
                );
            }

            before = now;
        }

        return pulled;
    }

    /// <summary>Notes what a good build leaves: an image, and what it was made from.</summary>
    private static GemmaBuild Published(GemmaBuild build, DateTime at)
    {
        var digest = string.Create(CultureInfo.InvariantCulture, $"sha256:{build.Number:x64}");
        var made = new ImageStatus
        {
            Reference = $"{build.Spec!.Template.Output.Repository}@{digest}",
            Digest = digest,
            Build = build.BuildName,
        };
        return build with
        {
            Status = new GemmaBuildStatus
            {
                Conditions =
                [
                    new V1Condition
                    {
                        Type = ConditionType.Succeeded,
                        Status = "True",
                        Reason = ImageReason.BuildSucceeded.Completed,
                    },
                ],
                Candidate = made,
                Promoted = made,
                Contents = new ContentsStatus { Inputs = UnchangedPolicy.InputsOf(build.Spec) },
                StartTime = at,
                CompletionTime = at,
            },
        };
    }

    private static bool Moved(PackageHistory history, DateTime after, DateTime until) =>
        UpdatesIn([.. history.Base, .. history.Listed], after, until).Any() || WheelsIn(history, after, until).Any();

    /// <summary>Counts what moved, and dpkg's list with its copy where a package of the system did.</summary>
    private static long OfPatch(PackageHistory history, DateTime after, DateTime until)
    {
        var system = UpdatesIn([.. history.Base, .. history.Listed], after, until).ToList();
        return system.Sum() + (system.Count > 0 ? 2 * history.PackageList : 0) + WheelsIn(history, after, until).Sum();
    }

    /// <summary>
    /// Counts all layers above the base: what the spec lists, all updates since the base's release, the requirements.
    /// </summary>
    private static long OfFull(PackageHistory history, DateTime now)
    {
        var system = UpdatesIn(history.Base, First, now).ToList();
        return history.SystemPackages
            + (2 * history.PackageList)
            + system.Sum()
            + (system.Count > 0 ? 2 * history.PackageList : 0)
            + Requirements(history, now);
    }

    private static long Requirements(PackageHistory history, DateTime now) =>
        history.Pinned + history.Wheels.Values.Sum(releases => releases.LastOrDefault(r => r.At <= now).Bytes);

    private static IEnumerable<long> UpdatesIn(
        IEnumerable<(long Bytes, IReadOnlyList<DateTime> Updates)> sources,
        DateTime after,
        DateTime until
    ) => sources.Where(s => s.Updates.Any(at => at > after && at <= until)).Select(s => s.Bytes);

    /// <summary>Takes the newest release of each distribution that has one in that time.</summary>
    private static IEnumerable<long> WheelsIn(PackageHistory history, DateTime after, DateTime until) =>
        history
            .Wheels.Values.Select(releases => releases.LastOrDefault(r => r.At > after && r.At <= until).Bytes)
            .Where(bytes => bytes > 0);

    private static long Median(IEnumerable<long> numbers) =>
        numbers.Order().ToList() is { Count: > 0 } sorted ? sorted[sorted.Count / 2] : 0;

    private static decimal Mega(long bytes) => Math.Round(bytes / 1_000_000m, 1);

    private static int Number(string[] args, string name, int otherwise) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length
            ? int.Parse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture)
            : otherwise;
}
