using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Nodes;

namespace StandIns;

/// <summary>
/// Stands in for the verification of a candidate in a cluster whose containers are simulated: the report that a good
/// image of the declared versions would give. It is no proof of anything, and its Python version says so.
/// </summary>
/// <param name="Pytorch">The version that the base declares.</param>
/// <param name="Cuda">The version that the base declares.</param>
public sealed record SimulatedCheck(string Pytorch, string Cuda)
{
    /// <summary>Makes changes to the report, for an image that isn't good.</summary>
    public Action<JsonObject> Spoil { get; set; } = _ => { };

    /// <summary>
    /// Gets or sets what an image holds, by its digest; null for what <see cref="SimulatedContents.Of"/> says, and a
    /// null list for a candidate that lists nothing.
    /// </summary>
    public Func<string, IReadOnlyList<SimulatedPackage>?>? Packages { get; set; }

    /// <summary>
    /// Returns how the container of a verification, a smoke test, a question about packages or a fetch ends; null when
    /// it is another one.
    /// </summary>
    public ContainerResult? Answer(ContainerSpec container)
    {
        if (container.Name == "smoke-test")
        {
            return Smoke(container);
        }

        if (container.Name == "probe")
        {
            return Probe(container);
        }

        if (container.Name == "fetch-model")
        {
            return Fetch(container);
        }

        if (
            container.Name != "verify"
            || container.Args is not [_, var argument]
            || JsonNode.Parse(argument) is not JsonObject asked
        )
        {
            return null;
        }

        var report = new JsonObject
        {
            ["v"] = 1,
            ["digest"] = (string?)asked["digest"],
            ["uid"] = 10001,
            ["gid"] = 10001,
            ["python"] = "3.12 (simulated)",
            ["torch"] = new JsonObject { ["version"] = Pytorch, ["cuda"] = Cuda },
            ["torchLib"] = new JsonObject { ["path"] = "/usr/local/lib/python3.12/dist-packages/torch/lib" },
            ["imports"] = new JsonArray([
                .. asked["imports"]!.AsArray().Select(i => (JsonNode)new JsonObject { ["name"] = (string?)i }),
            ]),
            ["pipCheck"] = new JsonArray(),
            ["diskBytes"] = 9_000_000_000,
        };
        if (asked.ContainsKey("updatesNote"))
        {
            report["systemUpdates"] = new JsonObject
            {
                ["policy"] = "All",
                ["result"] = "Updated",
                ["manager"] = "apt-get",
                ["said"] = "",
                ["changed"] = 9,
                ["held"] = 61,
                ["moved"] = new JsonArray(),
                ["movedCount"] = 0,
            };
        }
        container.Log("simulated: the report is what a good image would give");
        var digest = (string?)asked["digest"] ?? "";
        if ((Packages ?? (image => SimulatedContents.Of(Pytorch, image)))(digest) is { } packages)
        {
            report["contents"] = SimulatedContents.Write(container, digest, packages);
        }

        Spoil(report);
        return new ContainerResult(0, report.ToJsonString());
    }

    /// <summary>
    /// Gets or sets what an image says that a build would bring, by its reference: packages with the version that is
    /// there and the new one. Nothing, where nobody sets it.
    /// </summary>
    public Func<string, IReadOnlyList<(SimulatedPackage Now, string New)>> Outdated { get; set; } = _ => [];

    /// <summary>Makes changes to that answer, for an image that doesn't answer well.</summary>
    public Action<string, JsonObject> SpoilProbe { get; set; } = (_, _) => { };

    private ContainerResult Probe(ContainerSpec container)
    {
        var moved = Outdated(container.Image);
        var changes = moved.Select(m => (string[])[m.Now.Kind, m.Now.Name, "", m.Now.Version, m.New]).ToList();
        var report = new JsonObject
        {
            ["v"] = 1,
            ["digest"] = (string?)JsonNode.Parse(container.Args[1])!["digest"],
            ["count"] = changes.Count,
            ["changes"] = new JsonArray([
                .. changes.Select(c => (JsonNode)new JsonArray([.. c.Select(word => (JsonNode?)word)])),
            ]),
        };
        if (changes.Count > 0)
        {
            var lines = string.Join('\n', changes.Select(c => string.Join(' ', c)));
            report["fingerprint"] =
                "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines)));
        }

        SpoilProbe(container.Image, report);
        container.Log("simulated: neither apt nor pip was asked");
        return new ContainerResult(0, report.ToJsonString());
    }

    /// <summary>
    /// Changes the answer to a smoke test, for a server that doesn't work; takes the image and the report.
    /// </summary>
    public Action<string, JsonObject> SpoilSmoke { get; set; } = (_, _) => { };

    /// <summary>
    /// Gets or sets how a fetch of weights ends, by its arguments: it says that all is there, and fetches nothing.
    /// </summary>
    public Func<IReadOnlyList<string>, ContainerResult> Fetching { get; set; } =
        args => new ContainerResult(
            0,
            new JsonObject
            {
                ["source"] = args[1],
                ["bytes"] = 2_000_000_000,
                ["files"] = 4,
            }.ToJsonString()
        );

    private ContainerResult Fetch(ContainerSpec container)
    {
        container.Log("simulated: no weights are fetched");
        return Fetching(container.Args);
    }

    private ContainerResult Smoke(ContainerSpec container)
    {
        var report = new JsonObject
        {
            ["v"] = 1,
            ["digest"] = (string?)JsonNode.Parse(container.Args[1])!["digest"],
            ["ok"] = true,
            ["answered"] = true,
            ["detail"] = "",
        };
        SpoilSmoke(container.Image, report);
        container.Log("simulated: the request was answered as a good server would");
        return new ContainerResult(0, report.ToJsonString());
    }
}
