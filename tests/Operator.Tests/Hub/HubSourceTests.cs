using GemmaOperator.Hub;

namespace Operator.Tests.Hub;

/// <summary>Which hub was asked is read from what a status says of it.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class HubSourceTests
{
    [TestCase("http://mirror.example:8080")]
    [TestCase("https://mirror.example/hub/models")]
    [TestCase("https://huggingface.co")]
    public void A_text_names_the_hub_that_it_was_made_of(string hub)
    {
        var endpoint = HubEndpoint.Parse(hub);
        var text = new HubSource(endpoint, "google/gemma-3-1b-it", "refs/pr/1", [], Insecure: true).ToString();
        Assert.That(HubSource.HubOf(text, "google/gemma-3-1b-it"), Is.EqualTo(endpoint));
    }

    [TestCase(null)]
    [TestCase("hub:google/other@main")]
    [TestCase("hub:mirror/google/gemma-3-1b-it@main")]
    [TestCase("hub:http://mirror.example/other-google/gemma-3-1b-it")]
    [TestCase("hub:http://user@mirror.example/google/gemma-3-1b-it@main")]
    [TestCase("hub:http://mirror.example/x/google/gemma-3-1b-it@google/gemma-3-1b-it@main")]
    [TestCase("hub:http://mirror.example/?/google/gemma-3-1b-it@main")]
    [TestCase("hub:http://mirror.example/google/other@main")]
    [TestCase("hub:javascript:x/google/gemma-3-1b-it@main")]
    [TestCase("http://mirror.example/google/gemma-3-1b-it@main")]
    public void What_names_none_is_none(string? text)
    {
        Assert.That(HubSource.HubOf(text, "google/gemma-3-1b-it"), Is.Null);
    }
}
