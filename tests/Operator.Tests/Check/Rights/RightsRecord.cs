using Operator.Tests.Api;

namespace Operator.Tests.Check.Rights;

/// <summary>
/// Holds for each right the test that shows that the operator uses it, in a file beside it. With <c>UPDATE_GOLDEN=1</c>
/// a run of tests writes down what it showed; what tests that didn't run show stays as it is.
/// </summary>
internal static class RightsRecord
{
    private const char Between = '\t';

    private static readonly string Path = Checkout.PathTo("tests", "Operator.Tests", "Check", "Rights", "shown-by.tsv");

    private static readonly Lazy<IReadOnlyDictionary<string, string>> Read = new(() =>
        File.Exists(Path)
            ? File.ReadLines(Path)
                .Select(line => line.Split(Between))
                .ToDictionary(line => line[0], line => line[1], StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal)
    );

    /// <summary>
    /// Holds rights that no request shows: the API server asks for them while it judges another one, and only where a
    /// plugin is on that no cluster of the tests has.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string> NeverRequested = new Dictionary<string, string>(
        StringComparer.Ordinal
    )
    {
        ["owners: update gemmabaseimages/finalizers of gemmaoperator.io"] = OwnerReferences,
        ["owners: update gemmabuilds/finalizers of gemmaoperator.io"] = OwnerReferences,
    };

    private const string OwnerReferences =
        "OwnerReferencesPermissionEnforcement asks for it when an owner reference has blockOwnerDeletion";

    /// <summary>Gets whether this run writes the record when it ends.</summary>
    public static bool IsUpdating => Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    /// <summary>Gets the tests by right, each as <c>Class.Method</c> without the common namespace.</summary>
    public static IReadOnlyDictionary<string, string> ByRight => Read.Value;

    /// <summary>Returns the rights that a test is to show.</summary>
    public static IEnumerable<string> Of(string test) => ByRight.Where(r => r.Value == test).Select(r => r.Key);

    /// <summary>Decides which test shows which right, given what a run showed: as few tests as will do.</summary>
    /// <param name="before">What is written down.</param>
    /// <param name="run">The tests of the run, with what they showed.</param>
    public static IReadOnlyDictionary<string, string> Merge(
        IReadOnlyDictionary<string, string> before,
        IReadOnlyDictionary<string, IReadOnlySet<string>> run
    )
    {
        var kept = before
            .Where(r => !run.TryGetValue(r.Value, out var shown) || shown.Contains(r.Key))
            .ToDictionary(StringComparer.Ordinal);
        while (
            run.Select(test => (Test: test.Key, New: test.Value.Where(r => !kept.ContainsKey(r)).ToList()))
                .Where(test => test.New.Count > 0)
                .OrderByDescending(test => test.New.Count)
                .ThenBy(test => test.Test, StringComparer.Ordinal)
                .FirstOrDefault()
                is { New: { } rights, Test: { } best }
        )
        {
            rights.ForEach(right => kept[right] = best);
        }

        return kept;
    }

    /// <summary>Writes the file, in the order of the chart's.</summary>
    public static void Write(IReadOnlyDictionary<string, string> byRight) =>
        File.WriteAllLines(
            Path,
            RightsJudge.All.Where(byRight.ContainsKey).Select(right => string.Join(Between, right, byRight[right]))
        );
}
