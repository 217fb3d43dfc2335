using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Updates;
using GemmaOperator.BaseImages.Probe;
using k8s.Models;
using LocalCluster.Nodes;
using Operator.Tests.Trials.Months.World;
using StandIns;

namespace Operator.Tests.Trials.Years;

/// <summary>
/// Gives the images of a simulated year what apt and pip had when each was built: a layer of the cache brings what it
/// brought before, a patch what moved since. What images say of themselves, and what scanners find, follows from it.
/// </summary>
internal sealed class YearImages(SimStore store, SimTime time)
{
    private readonly Dictionary<string, Contents> _cached = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Contents> _made = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Contents> _known = new(StringComparer.Ordinal);
    private readonly SimulatedScanner _scanner = new();

    /// <summary>Returns what a base image holds, by its digest; null where it was never verified.</summary>
    public Contents? Find(string digest) => _known.GetValueOrDefault(digest);

    /// <summary>Sets what the containers of a Job find, before they run.</summary>
    public void Before(V1Job job, SimulatedRunner runner, SimulatedCheck check)
    {
        var build = job.Metadata.OwnerReferences is [{ Kind: GemmaBuild.KubeKind } owner]
            ? store.Find<GemmaBuild>(job.Metadata.NamespaceProperty, owner.Name)
            : null;
        runner.Config = build is null ? _ => { } : config => Make(build, config);
        check.Packages = digest => List(build, digest);
        check.Spoil = report =>
        {
            if (report["systemUpdates"] is JsonObject updates && build is not null)
            {
                updates["policy"] = Fleet.WishOf(build.Spec!.ImageRef.Name).System.ToString();
            }
        };
        runner.Ending = container =>
            container.Name == ProbeJob.Role ? Ask(container, check) : Scan(container) ?? check.Answer(container);
    }

    /// <summary>Notes what a build brings; equal contents leave equal images where all else is equal.</summary>
    private void Make(GemmaBuild build, JsonObject config)
    {
        var (spec, wish) = (build.Spec!, Fleet.WishOf(build.Spec!.ImageRef.Name));
        var key = spec.Patch is { } patch
            ? $"{patch.Of.Digest} {spec.Resolved.CacheEpoch}"
            : $"{spec.ImageRef.Name} {spec.Resolved.BaseDigest} {spec.Resolved.CacheEpoch} {spec.Resolved.Dockerfile}";
        if (!_cached.TryGetValue(key, out var contents))
        {
            _cached[key] = contents = spec.Patch is { Of.Digest: var below }
                ? _known[below].Patched(wish, time.Now)
                : Contents.Of(wish, time.Now);
        }

        _made[build.Metadata.Uid] = contents;
        config["sim.contents"] = contents.Fingerprint;
    }

    private IReadOnlyList<SimulatedPackage> List(GemmaBuild? build, string digest)
    {
        if (build is not null && _made.TryGetValue(build.Metadata.Uid, out var contents))
        {
            _known[digest] = contents;
        }

        return _known[digest].List();
    }

    private ContainerResult? Ask(ContainerSpec container, SimulatedCheck check)
    {
        var asked = JsonNode.Parse(container.Args[1])!;
        var apt = asked["apt"];
        var system =
            (bool?)apt?["upgrade"] != true ? SystemUpdatePolicy.None
            : ((string?)apt["preferences"])?.Length > 0 ? SystemUpdatePolicy.Security
            : SystemUpdatePolicy.All;
        var wish = new Wish(system, Listed: asked["pip"] is not null);
        check.Outdated = _ => _known[(string)asked["digest"]!].Outdated(wish, time.Now);
        return check.Answer(container);
    }

    /// <summary>Of all that a scanner knows, what no image here has is left out: it is found nowhere.</summary>
    private ContainerResult? Scan(ContainerSpec container)
    {
        if (container.Args is ["report", ..])
        {
            var held = store
                .List<GemmaBaseImage>()
                .SelectMany(i => new[] { i.Status?.LatestImage, Served(i) })
                .Select(image => image is null ? null : Find(image.Digest))
                .OfType<Contents>()
                .SelectMany(contents => contents.List())
                .Select(p => (p.Name, p.Version))
                .ToHashSet();
            _scanner.Advisories =
            [
                .. History.Year.AdvisoriesAt(time.Now).Where(a => held.Contains((a.Package, a.Affected))),
            ];
            _scanner.Database = time.Now.AddHours(-1);
        }

        return _scanner.Answer(container);
    }

    private ImageStatus? Served(GemmaBaseImage image) =>
        store
            .List<GemmaBuild>()
            .FirstOrDefault(b =>
                b.Status?.Application?.Digest is { } digest && digest == image.Status?.ServingImage?.Digest
            )
            ?.Status!.Promoted;
}
