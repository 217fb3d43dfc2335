using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Cost;
using GemmaOperator.Builds.Steps;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Foretells how long a build takes and what it costs, by what the steps of builds before it took.</summary>
/// <param name="Steps">Those that it has.</param>
/// <param name="Alike">
/// How many builds before it took as much from the cache as it will, and tell how long it takes; 0 where others do.
/// </param>
/// <param name="IsDeclared">Whether no build tells, and <c>spec.cost.fullBuildMinutes</c> stands for it.</param>
/// <param name="Price">Of a minute.</param>
internal sealed record EffortForecast(IReadOnlyList<StepForecast> Steps, int Alike, bool IsDeclared, Price Price)
{
    private const string Succeeded = "Succeeded";

    /// <summary>Gets the steps of which nothing tells how long they take.</summary>
    public IEnumerable<string> Unknown => Steps.Where(s => s.Usual is null).Select(s => s.Name);

    /// <summary>Gets the usual minutes.</summary>
    public Minutes Usual => MinutesOf(s => s.Usual);

    /// <summary>Gets the minutes from the quick to the slow case.</summary>
    public MinuteRange Range => new(MinutesOf(s => s.Least).Value, MinutesOf(s => s.Most).Value);

    /// <summary>Gets what they cost.</summary>
    public MoneyRange Cost => Range * Price;

    /// <param name="next">The build that is to be made.</param>
    /// <param name="layers">What of it comes from the cache.</param>
    /// <param name="before">Builds of the same object, newest first.</param>
    /// <param name="cost">The object's prices.</param>
    public static EffortForecast Of(
        GemmaBuild next,
        LayerForecast layers,
        IReadOnlyList<GemmaBuild> before,
        CostSpec cost
    )
    {
        var inputs = CostInputs.Of(cost, [], 0m);
        var good = before.Where(b => b.HasSucceeded && b.Status?.StartTime is not null).ToList();
        var steps = new List<StepForecast>();
        var (alike, isDeclared) = (0, false);
        if (!layers.KeepsBase)
        {
            var built = good.Where(b => !b.ReusesBase && b.IsPatch == next.IsPatch).ToList();
            var same = built.Where(b => ShareOf(b, before) == layers.Share && Took(b, StepLog.Build).Any()).ToList();
            var build = Step(StepLog.Build, same.Count > 0 ? same : built);
            (alike, isDeclared) = (same.Count, build.Usual is null);
            var full = (long)(inputs.FullBuild.Low * 60);
            steps.Add(isDeclared ? new StepForecast(StepLog.Build, full, full, full) : build);
        }

        steps.AddRange(Others(next.Spec!.Template).Select(name => Step(name, good)));
        return new EffortForecast(steps, alike, isDeclared, inputs.Price);
    }

    private static IEnumerable<string> Others(BuildTemplate template)
    {
        if (template.Verification is { Proved: null } verification)
        {
            if (verification.PullTest.Enabled)
            {
                yield return StepLog.Verify;
            }

            if (verification.Scan is not null)
            {
                yield return StepLog.Scan;
            }
        }

        if (template.Application is not null)
        {
            yield return StepLog.Assemble;
        }

        yield return StepLog.Promote;
    }

    /// <summary>Tells what a build of the past took from the cache, as it was foretold then.</summary>
    private static CacheShare ShareOf(GemmaBuild build, IReadOnlyList<GemmaBuild> all) =>
        LayerForecast
            .Of(build, knowsBase: true, all.Where(b => b.Number < build.Number), build.Status!.StartTime!.Value)
            .Share;

    private static StepForecast Step(string name, IEnumerable<GemmaBuild> builds)
    {
        var took = builds.SelectMany(b => Took(b, name)).Order().ToList();
        return took.Count == 0
            ? new StepForecast(name, null, null, null)
            : new StepForecast(name, took[took.Count / 2], took[0], took[^1]);
    }

    private static IEnumerable<long> Took(GemmaBuild build, string step) =>
        (build.Status?.Steps ?? [])
            .Where(s => s.Name == step && s.Result == Succeeded)
            .Select(s => s.DurationSeconds)
            .OfType<long>();

    private Minutes MinutesOf(Func<StepForecast, long?> part) =>
        Minutes.Billed(TimeSpan.FromSeconds(Steps.Sum(s => part(s) ?? 0)));
}
