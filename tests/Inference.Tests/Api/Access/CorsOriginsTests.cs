using GemmaInference.Api.Access;
using GemmaInference.Native;

namespace Inference.Tests.Api.Access;

internal sealed class CorsOriginsTests
{
    [TestCase("", false)]
    [TestCase(" , ", false)]
    [TestCase("*", true)]
    [TestCase("https://a.example, http://localhost:3000", false, "https://a.example", "http://localhost:3000")]
    [TestCase("tauri://localhost http://[::1]:8080", false, "tauri://localhost", "http://[::1]:8080")]
    public void Origins_are_listed(string text, bool any, params string[] listed)
    {
        var origins = CorsOrigins.Parse(text);
        Assert.That((origins.IsAny, origins.IsNone), Is.EqualTo((any, !any && listed.Length == 0)));
        Assert.That(origins.Listed, Is.EqualTo(listed));
    }

    [TestCase("a.example")]
    [TestCase("https://a.example/")]
    [TestCase("https://a.example/chat")]
    [TestCase("https://*.example")]
    [TestCase("*,https://a.example")]
    [TestCase("https://")]
    public void What_is_none_is_named(string text) =>
        Assert.That(
            () => CorsOrigins.Parse(text),
            Throws.TypeOf<InferenceException>().With.Message.StartsWith("CORS_ORIGINS: expected *")
        );
}
