using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s.Models;
using LocalCluster.Images;
using Operator.Tests.Runtime.Faults;

namespace Operator.Tests.Flow;

/// <summary>Requirements that are nonsense, or look changed and aren't.</summary>
public sealed class RequirementsInputTests
{
    private static readonly TestCaseData[] Nonsense =
    [
        new TestCaseData(new string('\u00e9', 500_000), "bytes of requirements").SetName(
            "A_ConfigMap_of_a_mebibyte_of_nonsense_is_one_short_condition"
        ),
        new TestCaseData(string.Concat(Enumerable.Repeat("]{%$ nonsense\n", 30_000)), "line 1").SetName(
            "A_ConfigMap_of_thirty_thousand_wrong_lines_is_one_short_condition"
        ),
    ];

    [TestCaseSource(nameof(Nonsense))]
    public async Task Nonsense_is_named(string text, string says)
    {
        await using var stage = await Stage.StartAsync();
        await stage.WriteRequirementsAsync(text);
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Requirements = new RequirementsSpec { ConfigMapRef = new KeyReference { Name = "reqs" } },
                    Triggers = s.Triggers with { MinInterval = "0s" },
                }
            )
        );
        var image = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "InvalidSpec"), "Stalled/InvalidSpec");
        var message = image.Status!.Conditions.Single(c => c.Type == "Stalled").Message;
        Assert.That(message, Does.Contain("spec.requirements.configMapRef").And.Contain(says));
        Assert.That(message, Has.Length.LessThan(3_000));
        Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
        await stage.WriteRequirementsAsync("numpy==2.0.0\n");
        await stage.UntilReadyAsync();
    }

    [Test]
    public async Task Other_line_ends_a_byte_order_mark_and_a_comment_are_no_change()
    {
        await using var stage = await Stage.StartAsync();
        await stage.WriteRequirementsAsync("numpy==2.0.0\nscipy==1.14.0\n");
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Requirements = new RequirementsSpec { ConfigMapRef = new KeyReference { Name = "reqs" } },
                    Triggers = s.Triggers with { MinInterval = "0s" },
                }
            )
        );
        await stage.UntilReadyAsync();
        await stage.WriteRequirementsAsync("\uFEFF# the same\r\nscipy==1.14.0\r\nnumpy==2.0.0\r\n");
        await stage.WriteRequirementsAsync("\uFEFF# another\r\nscipy==1.14.0\r\nnumpy==2.1.0\r\n");
        await stage.UntilAsync(
            i => i.Status!.LatestImage?.Build == "gemma-b2",
            "the real change is built, and it is the second build"
        );
    }

    [Test]
    public async Task Requirements_that_are_no_text_are_named()
    {
        await using var stage = await Stage.StartAsync();
        await stage.Api.CreateAsync(
            new V1ConfigMap
            {
                Metadata = new V1ObjectMeta { Name = "reqs", NamespaceProperty = stage.Cluster.Namespace },
                BinaryData = new Dictionary<string, byte[]>(StringComparer.Ordinal)
                {
                    ["requirements.txt"] = [0xFF, 0xFE, 0x6E, 0x00],
                },
            },
            CancellationToken.None
        );
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Requirements = new RequirementsSpec { ConfigMapRef = new KeyReference { Name = "reqs" } },
                }
            )
        );
        var image = await stage.UntilAsync(
            i => Stage.Is(i, "Stalled", "True", "ConfigMapNotFound"),
            "Stalled/ConfigMapNotFound"
        );
        Assert.That(
            image.Status!.Conditions.Single(c => c.Type == "Stalled").Message,
            Does.Contain("binary data").And.Contain("UTF-16")
        );
    }

    [Test]
    public async Task A_requirement_that_smuggles_an_option_is_refused_by_its_line()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Requirements = new RequirementsSpec { Inline = "numpy==2.0.0\n--index-url https://evil.example\n" },
                }
            )
        );
        var image = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "InvalidSpec"), "Stalled/InvalidSpec");
        Assert.That(image.Status!.Conditions.Single(c => c.Type == "Stalled").Message, Does.Contain("line 2"));
    }
}
