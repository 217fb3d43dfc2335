using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalCluster.Tests.Replay;

/// <summary>
/// LocalCluster answers as a recorded kube-apiserver 1.36 did, request by request, on one cluster. What is left out on
/// purpose stands in <c>recordings/left-out.json</c>; an entry that isn't needed any longer fails too.
/// </summary>
public sealed class ReplayTests
{
    private static readonly string[] Scenarios =
    [
        "01-discovery",
        "02-validation",
        "03-update",
        "04-apply",
        "05-list-watch",
        "06-delete",
        "07-builtin",
        "10-impersonation",
        "11-policies",
    ];

    private static string Folder => Path.Combine(TestContext.CurrentContext.TestDirectory, "recordings");

    [Test]
    public async Task Every_recorded_request_is_answered_as_recorded()
    {
        await using var cluster = await ApiServer.StartAsync(new ApiServerOptions(), CancellationToken.None);
        using var http = new HttpClient();
        var player = new Player(cluster, http);
        var leftOut = JsonSerializer.Deserialize<LeftOut[]>(
            await File.ReadAllTextAsync(Path.Combine(Folder, "left-out.json")),
            JsonSerializerOptions.Web
        )!;
        var (wrong, used) = (new List<string>(), new HashSet<LeftOut>());
        foreach (var scenario in Scenarios)
        {
            var recording = JsonNode
                .Parse(await File.ReadAllTextAsync(Path.Combine(Folder, scenario + ".json")))!
                .AsObject();
            foreach (
                var (step, difference) in await player.PlayAsync(
                    recording,
                    title => !leftOut.Any(l => l.Covers(scenario, title, LeftOut.NotSent))
                )
            )
            {
                if (leftOut.FirstOrDefault(l => l.Covers(scenario, step, difference)) is { } known)
                {
                    used.Add(known);
                }
                else
                {
                    wrong.Add($"{scenario} / {step} / {difference}");
                }
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(wrong, Is.Empty, string.Join('\n', wrong));
            Assert.That(
                leftOut.Except(used).Select(l => $"{l.Scenario} / {l.Step} / {l.Path}"),
                Is.Empty,
                "entries of left-out.json that aren't needed any longer"
            );
        }
    }
}
