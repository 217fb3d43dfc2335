using GemmaOperator.Api.Contents;
using GemmaOperator.Builds.Steps.Contents;
using Operator.Tests.Builds.Contents;

namespace Operator.Tests.Builds.Steps.Contents;

/// <summary>What a status holds of a list of packages.</summary>
internal sealed class ContentsFoldTests
{
    [TestCase(1, "a 1", "new 2,a 1")]
    [TestCase(2, "a 1,new 2", "new 2,a 1")]
    [TestCase(0, "", "new 2")]
    [TestCase(21, "a 1", "new 2")]
    public void A_patch_keeps_what_the_layers_beneath_it_hold_unnamed(int count, string names, string expected)
    {
        var status = new ContentsStatus { Layers = Unnamed(1, "new 2") };
        var folded = ContentsFold.OnTopOf(status, Unnamed(count, names), PackedList.List(("openssl", "3"))).Layers!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(folded.Names, Is.EqualTo(expected.Split(',')));
            Assert.That(folded.Unlisted, Is.EqualTo(folded.Names.Count));
        }
    }

    private static LayersStatus Unnamed(int count, string names) =>
        new()
        {
            Read = 1,
            Unlisted = count,
            Names = names.Split(',', StringSplitOptions.RemoveEmptyEntries),
        };
}
