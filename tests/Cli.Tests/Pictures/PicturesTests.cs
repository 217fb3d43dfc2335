using System.Xml.Linq;
using Cli.Tests.Flow;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using KubectlGemma.Commands;
using KubectlGemma.Output;
using KubectlGemma.Views;
using Operator.Tests.Api;
using Operator.Tests.Clusters;

namespace Cli.Tests.Pictures;

/// <summary>
/// The pictures of the documentation are what the program printed to a terminal, over objects that an operator made in
/// a simulated cluster. UPDATE_PICTURES=1 (<c>make pictures</c>) makes them anew.
/// </summary>
public sealed class PicturesTests
{
    private const string Folder = "docs/pictures";
    private const int Width = 120;

    private static readonly string[] Names = ["list", "status", "rebuild"];

    [TestCaseSource(nameof(Names))]
    public void A_picture_needs_nothing_else_and_is_shown(string name)
    {
        var picture = XDocument.Load(Checkout.PathTo(Folder, $"gemma_{name}.svg"));
        Assert.Multiple(() =>
        {
            Assert.That(
                picture.Descendants().Select(e => e.Name.LocalName).Distinct(StringComparer.Ordinal),
                Is.SubsetOf(["svg", "title", "rect", "g", "text", "tspan"])
            );
            Assert.That(picture.Descendants().Attributes().Select(a => a.Value), Has.None.Contains("url("));
            Assert.That(picture.Root!.Value, Does.Contain($"kubectl gemma {name}"));
            Assert.That(File.ReadAllText(Checkout.PathTo("docs/cli.md")), Does.Contain($"(pictures/gemma_{name}.svg)"));
        });
    }

    [Test]
    public void The_picture_of_a_list_has_its_columns_of_now()
    {
        var header = ListView.Table([], DateTime.UnixEpoch, withNamespace: false, isWide: false).Lines().Single().Text;
        var picture = XDocument.Load(Checkout.PathTo(Folder, "gemma_list.svg"));
        Assert.That(
            picture
                .Descendants()
                .Where(e => e.Name.LocalName == "text")
                .Skip(1)
                .First()
                .Elements()
                .Select(e => e.Value),
            Is.EqualTo(header.Split("   ", StringSplitOptions.RemoveEmptyEntries)),
            "UPDATE_PICTURES=1 (make pictures) makes it anew"
        );
    }

    [Test]
    public async Task They_are_made_anew_where_that_is_asked_for()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_PICTURES") != "1")
        {
            Assert.Ignore("make pictures makes them anew");
        }

        await using var world = await World.StartAsync(gpus: [8]);
        world.Stage.Runner.Hold = (container, cancellationToken) =>
            container.Serves
                ? Task.CompletedTask
                : Task.Delay(
                    TimeSpan.FromSeconds(
                        container.Args.Any(a => a.StartsWith("--destination", StringComparison.Ordinal)) ? 9 : 3
                    ),
                    TimeProvider.System,
                    cancellationToken
                );
        await MakeAsync(world);
        var rebuilt = await ShowAsync(world, "rebuild", "chat", "--reason", "weekly patches", "--wait");
        Write(
            "rebuild",
            "A build is asked for and followed until its image serves",
            ("rebuild chat --reason 'weekly patches' --wait", rebuilt)
        );
        Write("list", "Five Gemma base images, one a line", ("list", await ShowAsync(world, "list")));
        Write(
            "status",
            "One Gemma base image with its conditions, pods and builds",
            ("status chat", await ShowAsync(world, "status", "chat"))
        );
    }

    /// <summary>
    /// Makes objects of several states: two that serve, one published, one suspended, one that lacks something.
    /// </summary>
    private static async Task MakeAsync(World world)
    {
        var stage = world.Stage;
        var spec = stage.Image().Spec! with
        {
            Schedule = "0 9 * * 1",
            Cost = new CostSpec { PricePerMinute = "0.048" },
        };
        await ApplyAsync("chat", spec);
        await ApplyAsync("embeddings", spec with { Rollout = spec.Rollout with { Mode = RolloutMode.PublishOnly } });
        await ApplyAsync(
            "reports",
            spec with
            {
                Requirements = new() { ConfigMapRef = new() { Name = "reports-pip" } },
            }
        );
        await ApplyAsync("search", spec with { Schedule = null });
        await ApplyAsync("translate", spec with { Suspend = true });
        foreach (var name in (string[])["chat", "embeddings", "search"])
        {
            await Eventually.ThatAsync(
                async () =>
                    (
                        await stage.Api.GetAsync<GemmaBaseImage>(stage.Cluster.Namespace, name, CancellationToken.None)
                    )?.Status?.Conditions.Any(c => c is { Type: ConditionType.Ready, Status: "True" }) == true,
                $"{name} is ready"
            );
        }

        async Task ApplyAsync(string name, GemmaBaseImageSpec of)
        {
            var image = stage.Image(_ =>
                of with
                {
                    Output = new OutputSpec { Repository = $"{stage.Registry.Host}/team/{name}", Insecure = true },
                }
            );
            image.Metadata.Name = name;
            await stage.ApplyAsync(image);
        }
    }

    private static async Task<string> ShowAsync(World world, params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await CommandLine.RunAsync(
            [.. args, "--kubeconfig", world.Folder.Path("config"), "-n", world.Stage.Cluster.Namespace],
            new Shell(ColorScreen.Of(output, errors, Width), TextReader.Null, TimeProvider.System),
            CancellationToken.None
        );
        Assert.That(code, Is.Zero, errors.ToString());
        // The port and the namespace are this run's.
        return output
            .ToString()
            .Replace(world.Stage.Registry.Host, "registry.example", StringComparison.Ordinal)
            .Replace(world.Stage.Cluster.Namespace, "ml", StringComparison.Ordinal);
    }

    private static void Write(string name, string title, params (string Command, string Printed)[] runs) =>
        File.WriteAllText(
            Checkout.PathTo(Folder, $"gemma_{name}.svg"),
            TerminalPicture.Render(title, [.. runs.Select(r => ($"kubectl gemma {r.Command}", r.Printed))])
        );
}
