using System.Collections.Concurrent;
using NUnit.Framework.Interfaces;

namespace Operator.Tests.Check.Rights;

/// <summary>
/// Holds each test to the rights of the chart: its operators ask for nothing that isn't granted, and it shows the
/// rights that it is on record for. So a run of any part of the tests proves its part of both, and a whole run all.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class RecordsRightsAttribute : Attribute, ITestAction
{
    private const string Common = "Operator.Tests.";

    private static readonly ConcurrentDictionary<string, IReadOnlySet<string>> Run = new(StringComparer.Ordinal);

    public ActionTargets Targets => ActionTargets.Test | ActionTargets.Suite;

    /// <summary>
    /// Returns how the record names a test; null for one that has arguments, as each of its runs is another.
    /// </summary>
    public static string? NameOf(ITest test) =>
        test is { ClassName: { } type, MethodName: { } method, Arguments.Length: 0 }
            ? $"{(type.StartsWith(Common, StringComparison.Ordinal) ? type[Common.Length..] : type)}.{method}"
            : null;

    public void BeforeTest(ITest test) => _ = RequestRecorder.Current;

    public void AfterTest(ITest test)
    {
        if (test.IsSuite)
        {
            if (test.Parent is null && RightsRecord.IsUpdating)
            {
                RightsRecord.Write(RightsRecord.Merge(RightsRecord.ByRight, Run));
            }

            return;
        }

        if (TestContext.CurrentContext.Result.Outcome.Status != TestStatus.Passed)
        {
            return;
        }

        var requests = RequestRecorder.Current.Of(test.Id);
        // What a fixture's own preparations sent, and what nobody's test sent, has no end of its own to be judged at.
        var around = Ancestors(test).Select(a => a.Id).Append("").SelectMany(RequestRecorder.Current.Of);
        var judged = new RequestsOfOneTest(requests, GrantedRights.All);
        var shown = RightsJudge.Shown(judged);
        List<string> problems =
        [
            .. RightsJudge.Missing(judged),
            .. RightsJudge.Missing(new RequestsOfOneTest(around, GrantedRights.All)),
        ];
        if (NameOf(test) is { } name)
        {
            Run[name] = shown;
            problems.AddRange(RightsRecord.IsUpdating ? [] : RightsJudge.Unused(shown, RightsRecord.Of(name)));
        }

        Assert.That(problems, Is.Empty, string.Join('\n', problems));
    }

    private static IEnumerable<ITest> Ancestors(ITest test)
    {
        for (var parent = test.Parent; parent is not null; parent = parent.Parent)
        {
            yield return parent;
        }
    }
}
