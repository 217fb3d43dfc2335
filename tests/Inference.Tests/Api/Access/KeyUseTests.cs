using GemmaInference.Api.Access;

namespace Inference.Tests.Api.Access;

[TestFixture]
internal sealed class KeyUseTests
{
    [Test]
    public void Each_key_has_its_own_count_and_gets_back_what_has_ended()
    {
        var use = new KeyUse(2);
        var first = use.TryEnter("a");
        using var second = use.TryEnter("a");
        Assert.That(use.TryEnter("a"), Is.Null);
        using var other = use.TryEnter("b");
        Assert.That(other, Is.Not.Null);
        first!.Dispose();
        using var next = use.TryEnter("a");
        Assert.That(next, Is.Not.Null);
        Assert.That(use.TryEnter("a"), Is.Null);
    }
}
