using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Models;
using GemmaOperator.BaseImages.Models;
using k8s.Models;

namespace Operator.Tests.BaseImages.Models;

/// <summary>Which hub an operator asks by its own options is told by what it left.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RecordedHubTests
{
    private const string Mirror = "https://mirror.example/hub";
    private const string Public = "https://huggingface.co";

    private static readonly GemmaBaseImage ByDefault = Image($"hub:{Mirror}/google/gemma@main");

    [Test]
    public void It_is_what_the_status_says() => Assert.That(HubOf(ByDefault), Is.EqualTo(Mirror));

    [Test]
    public void Nothing_tells_of_the_public_one()
    {
        Assert.That(HubOf(), Is.EqualTo(Public));
        Assert.That(HubOf(Image("hub:google/gemma@main")), Is.EqualTo(Public));
        Assert.That(HubOf(Image("models/gemma")), Is.EqualTo(Public));
    }

    [Test]
    public void A_hub_that_a_spec_names_is_not_the_operator_s() =>
        Assert.That(
            HubOf(Image("hub:https://own.example/google/gemma@main", endpoint: "https://own.example")),
            Is.EqualTo(Public)
        );

    /// <summary>
    /// Kind: a status tells of the spec that it was made for, and that isn't always the one beside it.
    /// </summary>
    [Test]
    public void What_was_said_of_an_earlier_spec_counts_only_where_nothing_else_does()
    {
        var stale = Image("hub:https://own.example/google/gemma@main", generation: 2);
        Assert.That(HubOf(stale, stale, ByDefault), Is.EqualTo(Mirror));
        Assert.That(HubOf(stale), Is.EqualTo("https://own.example"));
    }

    [Test]
    public void Another_repository_s_name_is_no_part_of_the_address()
    {
        var changed = Image($"hub:{Mirror}/google/gemma@main", repository: "gemma", generation: 2);
        Assert.That(HubOf(changed, ByDefault), Is.EqualTo(Mirror));
    }

    [Test]
    public void Where_they_differ_most_are_right() =>
        Assert.That(HubOf(Image("hub:google/gemma@main"), ByDefault, ByDefault), Is.EqualTo(Mirror));

    [TestCase("hub:file:///etc/google/gemma@main")]
    [TestCase("hub:http://user:password@host/google/gemma@main")]
    [TestCase("hub:http://host\r\nX: y/google/gemma@main")]
    [TestCase("hub:/google/gemma@main")]
    public void What_is_no_hub_s_address_is_not_believed(string reference) =>
        Assert.That(HubOf(Image(reference)), Is.EqualTo(Public));

    private static string HubOf(params GemmaBaseImage[] images) => RecordedHub.Of(images).ToString();

    private static GemmaBaseImage Image(
        string reference,
        string endpoint = "",
        string repository = "google/gemma",
        long generation = 1
    )
    {
        var image = A.BaseImage(spec =>
            spec with
            {
                Rollout = spec.Rollout with
                {
                    Server = spec.Rollout.Server with
                    {
                        Model = new ModelSpec
                        {
                            Hub = new ModelHubSpec { Repository = repository, Endpoint = endpoint },
                        },
                    },
                },
            }
        );
        return image with
        {
            Metadata = new V1ObjectMeta
            {
                Name = "gemma",
                NamespaceProperty = "ai",
                Generation = generation,
            },
            Status = new GemmaBaseImageStatus
            {
                ObservedGeneration = 1,
                Model = new ModelStatus { Reference = reference },
            },
        };
    }
}
