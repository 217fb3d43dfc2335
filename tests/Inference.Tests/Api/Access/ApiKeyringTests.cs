using GemmaInference.Api.Access;
using GemmaInference.Native;

namespace Inference.Tests.Api.Access;

/// <summary>What stands in a file of keys.</summary>
internal sealed class ApiKeyringTests
{
    [Test]
    public void A_key_a_line_with_comments_around_it()
    {
        var keys = ApiKeyring.Parse("\uFEFF# team a\r\nsk-one\r\n\n  sk-two   # bob\nsk#three\n#sk-four", "keys");
        Assert.That(keys.Count, Is.EqualTo(3));
        Assert.That(((string[])["sk-one", "sk-two", "sk#three"]).Select(keys.Accepts), Has.All.True);
        string[] others = ["", "sk-four", "#sk-four", "sk-on", "sk-one ", "SK-ONE", "sk-two   # bob", "漢"];
        Assert.That(others.Select(keys.Accepts), Has.All.False);
    }

    [TestCase("", "no keys")]
    [TestCase("# nothing yet\n\n", "no keys")]
    [TestCase("good\nsecret word\n", "line 2")]
    [TestCase("schlüssel", "line 1")]
    [TestCase("a\0b", "line 1")]
    public void What_is_no_file_of_keys_is_named_without_its_secrets(string text, string says) =>
        Assert.That(
            () => ApiKeyring.Parse(text, "/keys"),
            Throws
                .TypeOf<InferenceException>()
                .With.Message.StartsWith("API_KEYS_FILE: /keys: ")
                .And.Message.Contains(says)
                .And.Message.Not.Contains("secret")
        );

    [Test]
    public void Ten_thousand_keys_are_taken_and_no_more()
    {
        var keys = string.Join('\n', Enumerable.Range(0, 10_000).Select(index => $"key-{index}"));
        Assert.That(ApiKeyring.Parse(keys, "keys").Accepts("key-9999"));
        Assert.That(() => ApiKeyring.Parse(keys + "\none-more", "keys"), Throws.TypeOf<InferenceException>());
        Assert.That(() => ApiKeyring.Parse(new string('k', 513), "keys"), Throws.TypeOf<InferenceException>());
    }
}
