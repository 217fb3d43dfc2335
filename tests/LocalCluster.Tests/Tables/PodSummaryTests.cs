using System.Text.Json.Nodes;
using LocalCluster.Tables;

namespace LocalCluster.Tests.Tables;

/// <summary>Pods are summed up as <c>kubectl get pods</c> of a real server shows them.</summary>
internal sealed class PodSummaryTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [TestCase("""{"phase":"Pending"}""", "0/1", "Pending", "0")]
    [TestCase(
        """{"phase":"Running","containerStatuses":[{"name":"c","ready":true,"restartCount":0,"state":{"running":{}}}]}""",
        "1/1",
        "Running",
        "0"
    )]
    [TestCase(
        """
            {"phase":"Running","containerStatuses":[{"name":"c","restartCount":2,"state":{"waiting":{"reason":"CrashLoopBackOff"}},
             "lastState":{"terminated":{"finishedAt":"2026-01-02T03:03:05Z"}}}]}
            """,
        "0/1",
        "CrashLoopBackOff",
        "2 (60s ago)"
    )]
    [TestCase(
        """{"phase":"Failed","containerStatuses":[{"name":"c","state":{"terminated":{"exitCode":3}}}]}""",
        "0/1",
        "ExitCode:3",
        "0"
    )]
    [TestCase("""{"phase":"Failed","reason":"Evicted"}""", "0/1", "Evicted", "0")]
    [TestCase(
        """{"phase":"Pending","initContainerStatuses":[{"name":"i","restartCount":0,"state":{"running":{}}}]}""",
        "0/1",
        "Init:0/1",
        "0"
    )]
    [TestCase(
        """
            {"phase":"Pending","initContainerStatuses":[{"name":"i","restartCount":1,
             "state":{"waiting":{"reason":"ImagePullBackOff"}}}]}
            """,
        "0/1",
        "Init:ImagePullBackOff",
        "1"
    )]
    [TestCase(
        """
            {"phase":"Failed","initContainerStatuses":[{"name":"i","state":{"terminated":{"exitCode":1,"reason":"Error"}}}]}
            """,
        "0/1",
        "Init:Error",
        "0"
    )]
    public void It_says_what_matters_most(string status, string ready, string word, string restarts)
    {
        var summary = PodSummary.Of(
            new JsonObject
            {
                ["metadata"] = new JsonObject(),
                ["spec"] = JsonNode.Parse("""{"containers":[{"name":"c"}],"initContainers":[{"name":"i"}]}"""),
                ["status"] = JsonNode.Parse(status),
            }
        );
        Assert.That((summary.Ready, summary.Status, summary.RestartsAt(Now)), Is.EqualTo((ready, word, restarts)));
    }
}
