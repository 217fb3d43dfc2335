using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using LocalCluster.Json;
using Operator.Tests.Api;
using static Operator.Tests.Tools.OlmBundle;

namespace Operator.Tests.Tools;

/// <summary>
/// What catalogues show of the operator: OperatorHub by the bundle (api, pkg/validation: operatorhub, good_practices),
/// and Artifact Hub by the chart.
/// </summary>
internal sealed class OlmCatalogueTests
{
    private static readonly string[] Categories =
    [
        "AI/Machine Learning",
        "Application Runtime",
        "Developer Tools",
        "Integration & Delivery",
    ];

    private static readonly string[] Capabilities =
    [
        "Basic Install",
        "Seamless Upgrades",
        "Full Lifecycle",
        "Deep Insights",
        "Auto Pilot",
    ];

    [Test]
    public void What_a_catalogue_shows_is_there()
    {
        var (spec, annotations) = (Csv["spec"]!, Csv["metadata"]!["annotations"]!);
        var icon = spec["icon"]!.AsArray().Single()!;
        using (Assert.EnterMultipleScope())
        {
            foreach (var field in new[] { "displayName", "description", "maturity" })
            {
                Assert.That((string?)spec[field], Is.Not.Null.And.Not.Empty, field);
            }

            Assert.That((string?)spec["provider"]!["name"], Is.Not.Null.And.Not.Empty);
            Assert.That((string?)icon["mediatype"], Is.EqualTo("image/svg+xml"));
            Assert.That(
                Encoding.UTF8.GetString(Convert.FromBase64String((string)icon["base64data"]!)),
                Is.EqualTo(Icon)
            );
            Assert.That(Categories, Does.Contain((string?)annotations["categories"]));
            Assert.That(Capabilities, Does.Contain((string?)annotations["capabilities"]));
            Assert.That(
                (string?)annotations["containerImage"],
                Is.EqualTo((string?)Deployment["template"]!["spec"]!["containers"]![0]!["image"])
            );
        }
    }

    [Test]
    public void The_chart_s_icon_is_the_same_and_draws_nothing_from_elsewhere()
    {
        var url = (string)Chart["icon"]!;
        const string Inline = "data:image/svg+xml;base64,";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(url, Does.StartWith(Inline));
            Assert.That(Encoding.UTF8.GetString(Convert.FromBase64String(url[Inline.Length..])), Is.EqualTo(Icon));
            Assert.That(
                XDocument.Parse(Icon).Descendants().Select(e => e.Name.LocalName).Distinct(),
                Is.SubsetOf(new[] { "svg", "rect", "path" })
            );
            Assert.That(Icon, Does.Not.Contain("href").And.Not.Contain("url("));
        }
    }

    [Test]
    public void The_chart_s_example_is_the_least_sample()
    {
        var list = YamlReader
            .Documents("list:\n" + (string)Chart["annotations"]!["artifacthub.io/crdsExamples"]!)
            .Single()["list"]!.AsArray();
        var sample = YamlReader.Documents(File.ReadAllText(Checkout.PathTo("samples", "03-minimal.yaml"))).Single();
        Assert.That(JsonNode.DeepEquals(list.Single(), sample));
    }

    [Test]
    public void All_images_are_named()
    {
        var related = Csv["spec"]!["relatedImages"]!.AsArray().Select(i => (string)i!["image"]!).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                related,
                Is.EquivalentTo(
                    new[]
                    {
                        (string)Deployment["template"]!["spec"]!["containers"]![0]!["image"]!,
                        GemmaOperator.Api.Builds.BuildSpec.DefaultExecutorImage,
                    }
                )
            );
            Assert.That(Csv["spec"]!["relatedImages"]!.AsArray().Select(i => (string)i!["name"]!), Is.Unique);
        }
    }

    [Test]
    public void Annotations_and_Dockerfile_say_the_same_and_the_channel_follows_the_convention()
    {
        var annotations = YamlReader
            .Documents(File.ReadAllText(Path.Combine(Root, "metadata", "annotations.yaml")))
            .Single()["annotations"]!.AsObject();
        var labels = File.ReadAllLines(Path.Combine(Root, "bundle.Dockerfile"))
            .Where(l => l.StartsWith("LABEL ", StringComparison.Ordinal))
            .Select(l => l["LABEL ".Length..].Split('=', 2));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                labels.Select(l => (l[0], l[1])),
                Is.EquivalentTo(annotations.Select(a => (a.Key, (string)a.Value!)))
            );
            Assert.That(
                (string?)annotations["operators.operatorframework.io.bundle.channels.v1"],
                Does.Match("^(candidate|fast|stable)-v[0-9]+[.][0-9]+$")
                    .And.EqualTo((string?)annotations["operators.operatorframework.io.bundle.channel.default.v1"])
            );
            Assert.That(
                (string?)annotations["operators.operatorframework.io.bundle.mediatype.v1"],
                Is.EqualTo("registry+v1")
            );
        }
    }
}
