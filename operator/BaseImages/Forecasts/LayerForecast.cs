using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Cooldowns;
using GemmaOperator.Builds.Steps.Kaniko;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>
/// Foretells which layers a build takes from the cache. Kaniko's key of a layer is the base's digest, all instructions
/// up to its own with their arguments, and the files that they copy: with the build before that goes the longest way
/// along, the first difference decides.
/// </summary>
/// <param name="Steps">The instructions that make layers; none where nothing is built.</param>
/// <param name="LikeBuild">Name of the build whose layers they are; null when none are cached.</param>
/// <param name="Why">Why the others are made anew; null when none are.</param>
internal sealed record LayerForecast(IReadOnlyList<LayerStep> Steps, string? LikeBuild, string? Why)
{
    private static readonly string[] MakeLayers = ["RUN", "COPY", "ADD"];

    /// <summary>Gets whether the base image that is there is kept, and no layer of it is made.</summary>
    public bool KeepsBase { get; private init; }

    /// <summary>Gets how much of it comes from the cache: nothing, some of it, or all.</summary>
    public CacheShare Share =>
        Steps.Count(s => s.IsCached) switch
        {
            0 => CacheShare.Nothing,
            var cached when cached == Steps.Count => CacheShare.All,
            _ => CacheShare.Some,
        };

    /// <param name="next">The build that is to be made.</param>
    /// <param name="knowsBase">Whether it is known what its base stands for.</param>
    /// <param name="before">Builds of the same object.</param>
    /// <param name="now">When it begins (UTC).</param>
    public static LayerForecast Of(GemmaBuild next, bool knowsBase, IEnumerable<GemmaBuild> before, DateTime now)
    {
        if (next.ReusesBase)
        {
            return new LayerForecast([], next.Spec!.Template.ReuseBase!.Build, null) { KeepsBase = true };
        }

        var spec = next.Spec!;
        var cache = spec.Template.Build.Cache;
        var wanted = Layered.Of(spec);
        if (cache.Mode != CacheMode.Registry)
        {
            return wanted.From(0, null, $"spec.build.cache.mode is {cache.Mode}");
        }

        if (!knowsBase)
        {
            return wanted.From(0, null, $"it isn't known here what {spec.Resolved.BaseReference} stands for");
        }

        var best = before
            .Where(b => HasLeftLayers(b, spec, now))
            .Select(b => (Build: b, Reach: wanted.SharedWith(Layered.Of(b.Spec!))))
            .OrderByDescending(c => c.Reach.Instructions)
            .FirstOrDefault();
        return best.Build is null
            ? wanted.From(0, null, $"no build of the last {cache.Ttl} has left layers upon this base in the cache")
            : wanted.From(best.Reach.Instructions, best.Build.BuildName, best.Reach.Why);
    }

    /// <summary>A build that reused a base image made none, and one that failed may have made few.</summary>
    private static bool HasLeftLayers(GemmaBuild build, GemmaBuildSpec next, DateTime now) =>
        build is { ReusesBase: false, Spec: { } spec, Status: { Candidate: not null, StartTime: { } started } }
        && spec.Resolved.BaseDigest == next.Resolved.BaseDigest
        && spec.Patch?.Of.Digest == next.Patch?.Of.Digest
        && spec.Template.AllPlatforms.SequenceEqual(next.Template.AllPlatforms)
        && spec.Template.Build.Cache.Mode == CacheMode.Registry
        && LayerCache.IsWritten(spec.Template)
        && LayerCache.Repository(spec.Template) == LayerCache.Repository(next.Template)
        && now - started < next.Template.Build.Cache.Ttl.Span;

    /// <summary>Holds what layers are made from.</summary>
    private sealed record Layered(
        IReadOnlyList<(DockerfileInstruction Read, string Text)> Instructions,
        ResolvedInputs By
    )
    {
        public static Layered Of(GemmaBuildSpec spec)
        {
            var lines = spec.Resolved.Dockerfile.Split('\n');
            var all = DockerfileInstruction.ReadAll(spec.Resolved.Dockerfile).ToList();
            return new Layered(
                [
                    .. all.Select(
                        (i, at) => (i, TextOf(lines, i, at + 1 < all.Count ? all[at + 1].Line : lines.Length + 1))
                    ),
                ],
                spec.Resolved
            );
        }

        /// <summary>Counts the instructions after which all is the same, and says what differs then.</summary>
        public (int Instructions, string? Why) SharedWith(Layered other)
        {
            for (var i = 0; i < Instructions.Count; i++)
            {
                var (read, text) = Instructions[i];
                var why =
                    i >= other.Instructions.Count || other.Instructions[i].Text != text
                        ? $"line {read.Line} of the Dockerfile is another"
                    : ReadsContext(read) && By.Requirements != other.By.Requirements
                        ? $"line {read.Line} copies another {BuildContext.RequirementsKey}"
                    : DeclaresEpoch(read) && By.CacheEpoch != other.By.CacheEpoch
                        ? $"the cache's epoch goes from {Shown(other.By.CacheEpoch)} to {Shown(By.CacheEpoch)} in line "
                            + $"{read.Line}"
                    : DeclaresCooldown(read) && IsCooledOtherwise(other)
                        ? $"what is too young for spec.requirements.minAge is another in line {read.Line}"
                    : null;
                if (why is not null)
                {
                    return (i, why);
                }
            }

            return (Instructions.Count, null);
        }

        public LayerForecast From(int firstNew, string? build, string? why)
        {
            var steps = Instructions
                .Select((instruction, i) => (instruction.Read, IsCached: i < firstNew))
                .Where(s => MakeLayers.Contains(s.Read.Name, StringComparer.Ordinal))
                .Select(s => new LayerStep(s.Read.Line, InstructionName.Of(s.Read), s.IsCached))
                .ToList();
            return new LayerForecast(
                steps,
                steps.Any(s => s.IsCached) ? build : null,
                steps.All(s => s.IsCached) ? null : why
            );
        }

        /// <summary>A heredoc's lines belong to its instruction; comments between instructions to none.</summary>
        private static string TextOf(string[] lines, DockerfileInstruction read, int next) =>
            read.MayHaveHeredocs && read.Arguments.Contains("<<", StringComparison.Ordinal)
                ? string.Join('\n', lines[(read.Line - 1)..(next - 1)])
                : $"{read.Name} {read.Arguments}";

        private static bool ReadsContext(DockerfileInstruction read) =>
            read.Name is "COPY" or "ADD" && !read.Arguments.Contains("--from=", StringComparison.Ordinal);

        private static bool DeclaresEpoch(DockerfileInstruction read) =>
            read.Name == "ARG" && read.Arguments.Contains("CACHE_EPOCH", StringComparison.Ordinal);

        private static bool DeclaresCooldown(DockerfileInstruction read) =>
            read.Name == "ARG"
            && Cooldown.Arguments.Any(name => read.Arguments.Contains(name, StringComparison.Ordinal));

        private bool IsCooledOtherwise(Layered other) =>
            !Cooldown.ValuesOf(By).SequenceEqual(Cooldown.ValuesOf(other.By));

        private static string Shown(string epoch) => epoch.Length == 0 ? "none" : epoch;
    }
}
